// Package exportdata carries the types of every package that a cell may import,
// the standard library's and those of the runtime, so that cells are checked
// without a Go toolchain or sources.
//
// The data lies in archives that go generate writes (see the gen command):
//
//	go generate ./kernel/cell/exportdata                        # everything, a quarter of a minute
//	go generate -run runtime ./kernel/cell/exportdata           # the runtime's packages, seconds
//
// The symbol tables of kernel/worker/symbols are made from these archives:
// generate them afterwards. The archives of the standard library are read from
// the distribution of Go; LICENSE-go is its licence.
package exportdata

//go:generate go run ./gen std
//go:generate go run ./gen runtime

import (
	_ "embed"
	"go/token"
	"slices"
	"sync"

	"lockstep/kernel/cell/exportdata/archive"
)

// Most packages' data serves every target. That of the others, such as syscall
// and what mentions it, is in targetStandard and targetRuntime, which are in a
// file for each target; a target without one doesn't build until it has a line
// in gen and its data is generated.
var (
	//go:embed data/std/common.zip
	commonStandard []byte
	//go:embed data/runtime/common.zip
	commonRuntime []byte
)

// An Importer gives the packages that a cell may import to go/types. It is a
// types.ImporterFrom and safe for use by several goroutines.
type Importer = archive.Importer

// UnknownPackageError is the error of importing a package that there is not.
type UnknownPackageError = archive.UnknownPackageError

// archives are opened when they are first needed: a process that checks no
// cell pays nothing for them.
var archives = sync.OnceValue(func() []*archive.Archive {
	var all []*archive.Archive
	for _, data := range [][]byte{commonStandard, targetStandard, commonRuntime, targetRuntime} {
		a, err := archive.Open(data)
		if err != nil {
			// The file is part of the program.
			panic(err)
		}
		all = append(all, a)
	}
	return all
})

// NewImporter returns an importer with no package loaded. Packages that are
// imported, and what they mention, stay loaded as long as the importer lives.
func NewImporter(fset *token.FileSet) *Importer {
	return archive.NewImporter(fset, archives()...)
}

// paths is computed once; Packages hands out copies.
var paths = sync.OnceValue(func() []string {
	all := []string{"unsafe"}
	for _, a := range archives() {
		all = append(all, a.Paths()...)
	}
	slices.Sort(all)
	return all
})

// Packages returns the import paths of all packages that can be imported, sorted.
func Packages() []string { return slices.Clone(paths()) }

// Name returns the name in the package clause of the package with the given
// import path ("rand" of math/rand/v2), or "" if there is no such package.
func Name(path string) string {
	if path == "unsafe" {
		return "unsafe"
	}
	for _, a := range archives() {
		if name, ok := a.Name(path); ok {
			return name
		}
	}
	return ""
}

// Version is the version of Go whose standard library this is, as
// runtime.Version gives it.
func Version() string { return archives()[0].Version() }
