package syntax_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"lockstep/kernel/cell/syntax"
)

func TestReceiverName(t *testing.T) {
	for text, want := range map[string]string{
		"func f()":              "",
		"func (T) f()":          "T",
		"func (t *T) f()":       "T",
		"func (t *(T)) f()":     "T",
		"func (t T[P]) f()":     "T",
		"func (t *T[P, Q]) f()": "T",
		"func (t struct{}) f()": "",
		"func (t other.T) f()":  "",
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+text, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := syntax.ReceiverName(file.Decls[0].(*ast.FuncDecl)); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
