package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"lockstep/kernel/cell/exportdata/archive"
)

func open(t *testing.T, name string) *archive.Archive {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "data", name+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The runtime's packages change with every edit, so they are compared whole.
func TestRuntimeIsCurrent(t *testing.T) {
	pkgs, err := runtimePackages("..")
	if err != nil {
		t.Fatal(err)
	}
	a := open(t, "runtime")
	var paths []string
	for _, pkg := range pkgs {
		paths = append(paths, pkg.Path())
		want, err := archive.Encode(pkg)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := a.Data(pkg.Path()); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s has changed (error: %v); run: go generate -run runtime ./kernel/cell/exportdata", pkg.Path(), err)
		}
	}
	slices.Sort(paths)
	if got := a.Paths(); !slices.Equal(got, paths) {
		t.Errorf("the archive has %q, the runtime %q; run: go generate -run runtime ./kernel/cell/exportdata", got, paths)
	}
}

// The list of packages is compared for each target, the contents for a few
// packages: reading the whole library from its source takes longer than a test
// should.
func TestStandardIsCurrent(t *testing.T) {
	std := open(t, "std")
	if std.Version() != runtime.Version() {
		t.Skipf("the archives are %s's; this is %s", std.Version(), runtime.Version())
	}
	for _, target := range targets {
		t.Run(target.String(), func(t *testing.T) {
			own := open(t, target.os+"_"+target.arch)
			want, err := standardPaths(target)
			if err != nil {
				t.Fatal(err)
			}
			got := append(std.Paths(), own.Paths()...)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("archives: %q\nlibrary: %q", got, want)
			}
			source := newSource(target)
			compare(t, source, own, "syscall")
			if target == targets[0] {
				compare(t, source, std, "errors", "sync", "sync/atomic", "iter", "time", "context")
				compare(t, source, own, "os")
			}
		})
	}
}

func compare(t *testing.T, source types.Importer, a *archive.Archive, paths ...string) {
	t.Helper()
	for _, path := range paths {
		pkg, err := source.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := archive.Encode(pkg)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := a.Data(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s has changed (error: %v); run: go generate -run std ./kernel/cell/exportdata", path, err)
		}
	}
}

func TestAPISeesWhatProgramsSee(t *testing.T) {
	check := func(source string) *types.Package {
		t.Helper()
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "p.go", "package p\n"+source, 0)
		if err != nil {
			t.Fatal(err)
		}
		pkg, err := new(types.Config).Check("p", fset, []*ast.File{f}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return pkg
	}
	for _, test := range []struct {
		name, a, b string
		same       bool
	}{
		{"unexported field", "type T struct{ A int; b int }", "type T struct{ A int; c uint }", true},
		{"unexported name", "var a int", "var a string", true},
		{"exported field", "type T struct{ A int }", "type T struct{ A uint }", false},
		{"comparable", "type T struct{ a int }", "type T struct{ a []int }", false},
		{"constant", "const C = 1", "const C = 2", false},
		{"method", "type T int; func (T) M() {}", "type T int; func (*T) M() {}", false},
		{"promoted method", "type t int; func (t) M() {}; type T struct{ t }", "type t int; type T struct{ t }", false},
		{"type parameter", "type T[P any] struct{}", "type T[P comparable] struct{}", false},
		{"function", "func F(int) {}", "func F(uint) {}", false},
	} {
		if got := api(check(test.a)) == api(check(test.b)); got != test.same {
			t.Errorf("%s: same %t, want %t", test.name, got, test.same)
		}
	}
}
