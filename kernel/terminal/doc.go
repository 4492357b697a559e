// Package terminal is how the commands write to terminals: whether in colours, what
// a line looks like once it is written, and how text is read that was meant for one.
package terminal
