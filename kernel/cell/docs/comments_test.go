package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"testing"

	"lockstep/kernel/cell/docs"
)

const source = `// Package p is an example.
package p

// F does it.
//
//go:noinline
func F() {}

func noDoc() {}

// T is a type.
type T[P any] struct {
	// A is a field.
	A, B int
	c    int // c is private
	*E       // E is embedded
}

// M is a method.
func (t *T[P]) M() {}

// of a type that importers don't see
func (e e) M() {}

type (
	// I is in a group.
	I interface {
		Do() // Do does.
	}
	U int // behind
)

// The colours.
const (
	Red  = iota // warm
	Blue        // cold
	Grey
)

/* Block comment. */
var X, Y = 1, 2
`

func parse(t *testing.T, fset *token.FileSet, source string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(fset, "p.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAdd(t *testing.T) {
	got := docs.Comments{"Y": "known before"}
	got.Add(parse(t, token.NewFileSet(), source), ast.IsExported)
	want := docs.Comments{
		"":     "Package p is an example.",
		"F":    "F does it.",
		"T":    "T is a type.",
		"T.A":  "A is a field.",
		"T.B":  "A is a field.",
		"T.E":  "E is embedded",
		"T.M":  "M is a method.",
		"I":    "I is in a group.",
		"I.Do": "Do does.",
		"Red":  "warm\n\nThe colours.",
		"Blue": "cold\n\nThe colours.",
		"Grey": "The colours.",
		"X":    "Block comment.",
		"Y":    "known before",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestAddUnexported(t *testing.T) {
	got := docs.Comments{}
	got.Add(parse(t, token.NewFileSet(), source), func(string) bool { return true })
	for key, want := range map[string]string{"T.c": "c is private", "e.M": "of a type that importers don't see"} {
		if got[key] != want {
			t.Errorf("%s: %q", key, got[key])
		}
	}
}

func TestStatement(t *testing.T) {
	fset := token.NewFileSet()
	f := parse(t, fset, `package p

func f() {
	// a counts.
	// Lines.
	a := 1 // not this
	b := func() int { // nor this
		return 2
	}() // b is it
	// far away

	c := 3
	//go:directive
	d := 4 // d then
}
`)
	for i, want := range []string{"a counts.\nLines.", "b is it", "", "d then"} {
		stmt := f.Decls[0].(*ast.FuncDecl).Body.List[i]
		if got := docs.Statement(fset, f.Comments, stmt); got != want {
			t.Errorf("statement %d: %q, want %q", i, got, want)
		}
	}
}
