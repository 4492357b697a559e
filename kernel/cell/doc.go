// Package cell turns the text of notebook cells into Go that the interpreter
// can run: it parses a cell, checks it with go/types against everything that
// earlier cells declared, and lowers it. It also holds the truth about which
// names a session has, so it completes and inspects what is being written too.
package cell
