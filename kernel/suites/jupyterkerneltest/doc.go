// Package jupyterkerneltest runs Jupyter's own conformance tests for kernels,
// jupyter_kernel_test, against this one.
package jupyterkerneltest
