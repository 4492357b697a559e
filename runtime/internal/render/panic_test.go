package render_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"lockstep/runtime/internal/render"
)

type (
	code    int
	text    string
	ratio   float64
	flag    bool
	vector  complex128
	level   int
	both    struct{}
	broken  struct{}
	worse   struct{}
	pointed struct{ s string }
)

func (l level) String() string   { return "level " + string(rune('0'+l)) }
func (both) Error() string       { return "the error" }
func (both) String() string      { return "the string" }
func (broken) Error() string     { panic("no text") }
func (worse) Error() string      { panic(worse{}) }
func (p *pointed) Error() string { return p.s }

// What Go 1.26 prints, but for the package and for the last ones, of which it says the
// address, or ends while it prints.
func TestPanicTextIsGos(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{"boom", "boom"},
		{42, "42"},
		{-3, "-3"},
		{uint8(7), "7"},
		{'x', "120"},
		{uintptr(16), "16"},
		{1.5, "1.5"},
		{float32(0.1), "0.1"},
		{1e6, "1e+06"},
		{123456789.0, "1.23456789e+08"},
		{true, "true"},
		{1 + 2i, "(1+2i)"},
		{complex64(1), "(1+0i)"},
		{code(3), "render_test.code(3)"},
		{text(`say "hi"`), `render_test.text("say "hi"")`},
		{ratio(1.5), "render_test.ratio(1.5)"},
		{flag(true), "render_test.flag(true)"},
		{vector(1i), "render_test.vector(0+1i)"},
		{level(4), "level 4"},
		{failure{7}, "failure 7"},
		{both{}, "the error"},
		{errors.New("a\nb"), "a\nb"},

		{nil, "nil"},
		{reflect.ValueOf("boxed"), "boxed"},
		{point{X: 1}, "render_test.point{X: 1, y: 0, Next: (*render_test.point)(nil)}"},
		{[]int{1, 2}, "[]int{1, 2}"},
		{broken{}, "(render_test.broken) panic while printing panic value: no text"},
		{worse{}, "(render_test.worse) panic while printing panic value: (render_test.worse)"},
		{(*pointed)(nil), "(*render_test.pointed)(nil)"},
	} {
		if got := render.PanicText(test.value); got != test.want {
			t.Errorf("the panic text of a %T is %q, want %q", test.value, got, test.want)
		}
	}
}

// Go itself, asked.
func TestPanicTextAgreesWithGo(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	dir := t.TempDir()
	source := `package main

import "os"

type (
	code   int
	text   string
	ratio  float64
	vector complex64
)

func main() {
	panic([]any{42, 1.5, float32(2.5e30), 1e-7, 1 - 2i, true, uint64(1) << 63, code(-1), text("x"), ratio(1e21), vector(1)}[os.Args[1][0]-'a'])
}
`
	type (
		code   int
		text   string
		ratio  float64
		vector complex64
	)
	values := []any{42, 1.5, float32(2.5e30), 1e-7, 1 - 2i, true, uint64(1) << 63, code(-1), text("x"), ratio(1e21), vector(1)}
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "program")
	if out, err := exec.Command("go", "build", "-o", program, file).CombinedOutput(); err != nil {
		t.Skipf("no Go to ask: %v: %s", err, out)
	}
	for i, v := range values {
		out, _ := exec.Command(program, string(rune('a'+i))).CombinedOutput() // it panics
		_, said, _ := strings.Cut(string(out), "panic: ")
		said, _, _ = strings.Cut(said, "\n")
		if got := strings.ReplaceAll(render.PanicText(v), "render_test.", "main."); got != said {
			t.Errorf("the panic text of %T is %q, Go says %q", v, got, said)
		}
	}
}
