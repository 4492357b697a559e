// Package flood prints a million lines to subscribers of libzmq that are slow, or
// have stopped.
package flood
