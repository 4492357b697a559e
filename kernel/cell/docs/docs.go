// Package docs carries the doc comments of every package that a cell may import,
// the standard library's and those of the runtime, so that inspection needs
// neither a Go toolchain nor sources.
//
// The comments lie in archives that go generate writes (see the gen command):
//
//	go generate ./kernel/cell/docs                   # everything
//	go generate -run runtime ./kernel/cell/docs      # the runtime's packages
//
// The archive of the standard library is read from the distribution of Go;
// LICENSE-go is its licence.
package docs

//go:generate go run ./gen std
//go:generate go run ./gen runtime

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"

	"lockstep/kernel/cell/exportdata/archive"
)

var (
	//go:embed data/std.zip
	standard []byte
	//go:embed data/runtime.zip
	runtime []byte
)

// archives are opened when they are first needed.
var archives = sync.OnceValue(func() []*archive.Archive {
	var all []*archive.Archive
	for _, data := range [][]byte{standard, runtime} {
		a, err := archive.Open(data)
		if err != nil {
			// The file is part of the program.
			panic(err)
		}
		all = append(all, a)
	}
	return all
})

// read are the packages that have been asked for.
var read = struct {
	sync.Mutex
	packages map[string]Comments
}{packages: map[string]Comments{}}

// Of returns the doc comments of the package with the given import path, nil if
// there is no such package. The caller must not change them. "builtin" has the
// predeclared names.
func Of(path string) Comments {
	read.Lock()
	defer read.Unlock()
	if c, ok := read.packages[path]; ok {
		return c
	}
	for _, a := range archives() {
		if _, ok := a.Name(path); !ok {
			continue
		}
		data, err := a.Data(path)
		var c Comments
		if err == nil {
			err = json.Unmarshal(data, &c)
		}
		if err != nil {
			// The file is part of the program.
			panic(err)
		}
		read.packages[path] = c
		return c
	}
	return nil
}

// Packages returns the import paths of all packages that have doc comments, sorted.
func Packages() []string {
	var all []string
	for _, a := range archives() {
		all = append(all, a.Paths()...)
	}
	slices.Sort(all)
	return all
}

// Version is the version of Go whose standard library this is, as
// runtime.Version gives it.
func Version() string { return archives()[0].Version() }
