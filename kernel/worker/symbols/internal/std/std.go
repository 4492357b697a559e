// Package std holds the symbol tables of Go's standard library, generated from
// its export data. The packages that differ between targets are in files named
// for their target. LICENSE-go is the licence of the library.
package std

import "lockstep/kernel/worker/symbols/internal/table"

// Packages returns all tables in two lists, each sorted by path: those for every
// target and those of this one.
func Packages() [2][]*table.Package { return [2][]*table.Package{common, target} }
