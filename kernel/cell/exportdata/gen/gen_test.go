package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
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
	perTarget, same, err := runtimePackages("..")
	if err != nil {
		t.Fatal(err)
	}
	const advice = "run: go generate -run runtime ./kernel/cell/exportdata ./kernel/worker/symbols"
	shared := open(t, "runtime/common")
	for _, target := range targets {
		own := open(t, "runtime/"+target.file())
		var paths []string
		for _, pkg := range perTarget[target] {
			paths = append(paths, pkg.Path())
			a := own
			if same[pkg.Path()] {
				a = shared
				if target != targets[0] {
					continue
				}
			}
			want, err := archive.Encode(pkg)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := a.Data(pkg.Path()); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s has changed for %s (error: %v); %s", pkg.Path(), target, err, advice)
			}
		}
		slices.Sort(paths)
		got := slices.Sorted(slices.Values(append(shared.Paths(), own.Paths()...)))
		if !slices.Equal(got, paths) {
			t.Errorf("the archives for %s have %q, the runtime %q; %s", target, got, paths, advice)
		}
	}
}

// The list of packages is compared for each target, the contents for a few
// packages: reading the whole library from its source takes longer than a test
// should.
func TestStandardIsCurrent(t *testing.T) {
	std := open(t, "std/common")
	if std.Version() != runtime.Version() {
		t.Skipf("the archives are %s's; this is %s", std.Version(), runtime.Version())
	}
	for _, target := range targets {
		t.Run(target.String(), func(t *testing.T) {
			own := open(t, "std/"+target.file())
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
		if got := maps.Equal(apiOf(check(test.a)), apiOf(check(test.b))); got != test.same {
			t.Errorf("%s: same %t, want %t", test.name, got, test.same)
		}
	}
}

// A target's own declarations must not reach another through a package whose
// API is the same everywhere.
func TestCommonPackagesMentionNothingOfATarget(t *testing.T) {
	a, err := archive.Open(writeTo(t, map[string]string{
		"system": "package system; type Attr struct{ Linux int }",
		"user":   "package user; import \"system\"; type Cmd struct{ Attr *system.Attr }",
		"alone":  "package alone; type T int",
	}))
	if err != nil {
		t.Fatal(err)
	}
	b, err := archive.Open(writeTo(t, map[string]string{
		"system": "package system; type Attr struct{ Windows int }",
		"user":   "package user; import \"system\"; type Cmd struct{ Attr *system.Attr }",
		"alone":  "package alone; type T int",
	}))
	if err != nil {
		t.Fatal(err)
	}
	perTarget := map[target][]*types.Package{}
	for i, target := range targets {
		importer := archive.NewImporter(token.NewFileSet(), a)
		if i > 0 {
			importer = archive.NewImporter(token.NewFileSet(), b)
		}
		for _, path := range []string{"alone", "system", "user"} {
			pkg, err := importer.Import(path)
			if err != nil {
				t.Fatal(err)
			}
			perTarget[target] = append(perTarget[target], pkg)
		}
	}
	same, err := common(perTarget)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"alone": true, "system": false, "user": false} {
		if same[path] != want {
			t.Errorf("%s is common: %t", path, same[path])
		}
	}
}

// writeTo returns an archive of packages, each of one file, that may import
// those before them in the alphabet's order.
func writeTo(t *testing.T, sources map[string]string) []byte {
	t.Helper()
	fset := token.NewFileSet()
	checked := importerMap{}
	var pkgs []*types.Package
	for _, path := range slices.Sorted(maps.Keys(sources)) {
		f, err := parser.ParseFile(fset, path+".go", sources[path], 0)
		if err != nil {
			t.Fatal(err)
		}
		config := types.Config{Importer: checked}
		pkg, err := config.Check(path, fset, []*ast.File{f}, nil)
		if err != nil {
			t.Fatal(err)
		}
		checked[path] = pkg
		pkgs = append(pkgs, pkg)
	}
	var b bytes.Buffer
	if err := archive.Write(&b, "go1.99", pkgs); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type importerMap map[string]*types.Package

func (m importerMap) Import(path string) (*types.Package, error) {
	if pkg, ok := m[path]; ok {
		return pkg, nil
	}
	return nil, &archive.UnknownPackageError{Path: path}
}
