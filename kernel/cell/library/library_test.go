package library_test

import (
	"go/token"
	"slices"
	"testing"

	"lockstep/kernel/cell/exportdata"
	"lockstep/kernel/cell/library"
)

// Every package checks, and has the functions that cells may name.
func TestPackagesCheck(t *testing.T) {
	paths, err := library.Paths()
	if err != nil {
		t.Fatal(err)
	}
	l := library.New(exportdata.NewImporter(token.NewFileSet()))
	for _, path := range paths {
		p, err := l.Package(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if p.Types.Name() != exportdata.Name(path) {
			t.Errorf("the source of %s is of package %s", path, p.Types.Name())
		}
	}
	for _, path := range []string{"cmp", "iter", "maps", "slices", "sync", "sync/atomic"} {
		if !slices.Contains(paths, path) {
			t.Errorf("there is no source of %s in %q", path, paths)
		}
	}
}

func TestPackageWithoutSource(t *testing.T) {
	p, err := library.New(exportdata.NewImporter(token.NewFileSet())).Package("fmt")
	if p != nil || err != nil {
		t.Errorf("got %v, %v for a package of which nothing is carried", p, err)
	}
}
