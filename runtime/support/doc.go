// Package support is what the code of a cell calls where plain Go would reach
// for something that all cells share: the standard streams, the clock, the end
// of the process, and the value of the cell. Each function works on the scope of
// the calling goroutine; in a plain Go program it does what the standard
// library's function of that name does.
//
// Cells are rewritten to call it; it is not meant to be imported by hand.
package support
