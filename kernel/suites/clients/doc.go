// Package clients has papermill, nbconvert and jupyter-console drive the kernel.
package clients
