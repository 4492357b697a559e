// Package bundled holds the symbol tables of the runtime that the kernel
// bundles, generated from the runtime's export data.
package bundled

import "lockstep/kernel/worker/symbols/internal/table"

// Packages returns all tables in two lists, each sorted by path: those for every
// target and those of this one.
func Packages() [2][]*table.Package { return [2][]*table.Package{common, target} }
