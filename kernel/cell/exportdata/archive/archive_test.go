package archive_test

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"testing"

	"lockstep/kernel/cell/exportdata/archive"
)

func check(t *testing.T, path, source string, importer types.Importer) *types.Package {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path+".go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{Importer: importer}).Check(path, fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

func write(t *testing.T, pkgs ...*types.Package) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := archive.Write(&b, "go1.99", pkgs); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWriteAndImport(t *testing.T) {
	b := check(t, "example/b", "package bee; type T struct{ N int }; func (T) M() string { return \"\" }", nil)
	a := check(t, "example/a", "package a; func F[P any](p P) []P { return nil }", nil)
	data := write(t, b, a)
	if !bytes.Equal(data, write(t, a, b)) {
		t.Error("the archive depends on the order of the packages")
	}
	got, err := archive.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if got.Version() != "go1.99" {
		t.Errorf("version %q", got.Version())
	}
	if paths := got.Paths(); !slices.Equal(paths, []string{"example/a", "example/b"}) {
		t.Errorf("paths %q", paths)
	}
	if name, ok := got.Name("example/b"); !ok || name != "bee" {
		t.Errorf("the name of example/b is %q, %t", name, ok)
	}
	importer := archive.NewImporter(token.NewFileSet(), got)
	check(t, "main", `package main
import ("example/a"; "example/b")
var _ string = a.F(bee.T{N: 1})[0].M()`, importer)
}

func TestFirstArchiveWins(t *testing.T) {
	var archives []*archive.Archive
	for _, source := range []string{"package p; const C = 1", "package p; const C = 2"} {
		a, err := archive.Open(write(t, check(t, "p", source, nil)))
		if err != nil {
			t.Fatal(err)
		}
		archives = append(archives, a)
	}
	pkg, err := archive.NewImporter(token.NewFileSet(), archives...).Import("p")
	if err != nil {
		t.Fatal(err)
	}
	if c := pkg.Scope().Lookup("C").(*types.Const).Val().String(); c != "1" {
		t.Errorf("C is %s, the second archive's", c)
	}
}

func TestDamagedData(t *testing.T) {
	if _, err := archive.Open([]byte("no zip file")); err == nil {
		t.Error("opening text is no error")
	}
	data := write(t, check(t, "p", "package p; const C = 1", nil))
	// The first entry's contents follow its header and name.
	damaged := bytes.Clone(data)
	for i := 32; i < 48; i++ {
		damaged[i] ^= 0xff
	}
	a, err := archive.Open(damaged)
	if err != nil {
		t.Fatal(err)
	}
	_, err = archive.NewImporter(token.NewFileSet(), a).Import("p")
	var unknown *archive.UnknownPackageError
	if err == nil || errors.As(err, &unknown) {
		t.Errorf("importing damaged data: %v", err)
	}
}

func TestImportable(t *testing.T) {
	for path, want := range map[string]bool{
		"fmt": true, "go/internal/gccgoimporter": false, "internal/abi": false,
		"vendor/golang.org/x/net/http2": false, "internals/x": true, "lockstep/runtime/internal": false, "lockstep/runtime/sim": true, "lockstep/runtime/gosim": false,
	} {
		if got := archive.Importable(path); got != want {
			t.Errorf("Importable(%q) = %t", path, got)
		}
	}
}
