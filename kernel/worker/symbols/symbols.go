// Package symbols gives the interpreter the compiled functions, variables,
// constants and types of the standard library and of the bundled runtime.
//
// The tables are generated from the export data in kernel/cell/exportdata, by
// which cells are checked, so that the two agree. Generate that first:
//
//	go generate ./kernel/cell/exportdata ./kernel/worker/symbols               # everything
//	go generate -run runtime ./kernel/cell/exportdata ./kernel/worker/symbols  # the runtime's packages, a second
//
// The functions are the library's own: os.Exit ends the process. Generic
// functions and types are not in the tables. Package plugin is not there, since
// linking it would keep every symbol of the program.
package symbols

//go:generate go run ./gen std
//go:generate go run ./gen runtime

import (
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/traefik/yaegi/interp"

	"lockstep/kernel/worker/symbols/internal/bundled"
	"lockstep/kernel/worker/symbols/internal/std"
	"lockstep/kernel/worker/symbols/internal/table"
)

// GoVersion is the version of Go whose standard library the tables hold, as
// runtime.Version gives it.
const GoVersion = std.Version

// Lookup returns the symbols of the package with the given import path for
// [interp.Interpreter.Use], and whether there is such a package. Besides the
// package's own entry ("net/http/http") they can hold entries that steer the
// interpreter, such as the wrappers to be preferred for types with more methods
// than an interface asks for.
//
// Each call builds its result anew, some microseconds for most packages, so the
// caller may replace symbols in it.
func Lookup(importPath string) (interp.Exports, bool) {
	if importPath == "unsafe" {
		return unsafeSymbols(), true
	}
	p := find(importPath)
	if p == nil {
		return nil, false
	}
	exports := interp.Exports{path.Join(p.Path, p.Name): p.Symbols()}
	if preferred := std.Preferred(importPath); preferred != nil {
		exports["."] = map[string]reflect.Value{"MapTypes": reflect.ValueOf(preferred)}
	}
	return exports, true
}

// find searches the lists of tables, which are laid out sorted: an index in a
// map would have to be filled at start-up.
func find(importPath string) *table.Package {
	for _, tables := range lists() {
		i, ok := slices.BinarySearchFunc(tables, importPath, func(p *table.Package, path string) int {
			return strings.Compare(p.Path, path)
		})
		if ok {
			return tables[i]
		}
	}
	return nil
}

func lists() [4][]*table.Package {
	s, b := std.Packages(), bundled.Packages()
	return [4][]*table.Package{s[0], s[1], b[0], b[1]}
}

// Paths returns the import paths of all packages that Lookup knows, sorted.
func Paths() []string {
	paths := []string{"unsafe"}
	for _, tables := range lists() {
		for _, p := range tables {
			paths = append(paths, p.Path)
		}
	}
	slices.Sort(paths)
	return paths
}
