package core_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/traefik/yaegi/interp"

	"lockstep/kernel/worker/celltype"
	"lockstep/kernel/worker/core"
	"lockstep/kernel/worker/steps"
	"lockstep/kernel/worker/symbols"
	"lockstep/runtime/support"
)

func TestMain(m *testing.M) {
	if printNatively() {
		return
	}
	log.SetOutput(io.Discard) // the interpreter logs what it can't compile
	os.Exit(m.Run())
}

// shapes are the types that lowered code of these tests uses.
var shapes = []celltype.Decl{
	{Name: "Shape", Shown: "Shape", Type: "interface { Area() float64; scaled(Square) Square }"},
	{Name: "Square", Shown: "Square", Type: "struct { side float64 }", Methods: []celltype.Method{
		{Name: "Area", Type: "func() float64"},
		{Name: "scaled", Type: "func(Square) Square"},
		{Name: "grow", Type: "func(by ...float64)", Pointer: true},
	}},
	{Name: "Broken", Shown: "Broken", Type: "struct { code int; list []int; m map[string]int }", Methods: []celltype.Method{
		{Name: "Error", Type: "func() string", Pointer: true},
	}},
	{Name: "Row", Shown: "Row", Type: "[]int"},
	{Name: "Stream", Shown: "Stream", Type: "chan Square"},
	{Name: "Anon", Type: "struct { n int }"},
}

const shapeMethods = `
func SquareArea(s ʹt.Square) float64 { return s.side * s.side }
func SquareScaled(s ʹt.Square, by ʹt.Square) ʹt.Square { s.side *= by.side; return s }
func SquareGrow(s *ʹt.Square, by ...float64) { for _, b := range by { s.side += b } }
func BrokenError(b *ʹt.Broken) string { return fmt.Sprint("broken ", b.code) }
func methods() {
	ʹrt.Method("Square", "Area", SquareArea, "methods")
	ʹrt.Method("Square", "scaled", SquareScaled, "methods")
	ʹrt.Method("Square", "grow", SquareGrow, "methods")
	ʹrt.Method("Broken", "Error", BrokenError, "methods")
}
`

// session is an interpreter with a core, as a worker has them.
type session struct {
	t     testing.TB
	types *celltype.Registry
	core  *core.Core
	inter *interp.Interpreter
	units int
	// reflects has the interpreter call by way of package reflect.
	reflects bool
}

func newSession(t testing.TB) *session {
	t.Helper()
	r := celltype.NewRegistry(func(string, string) (reflect.Type, bool) { return nil, false })
	if err := r.Declare(shapes); err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, types: r, core: core.New(r)}
	s.inter = interp.New(interp.Options{Stdout: io.Discard, Stderr: io.Discard, Unrestricted: true})
	for _, path := range []string{"fmt", "errors", "runtime", "sync"} {
		exports, ok := symbols.Lookup(path)
		if !ok {
			t.Fatalf("no package %s", path)
		}
		exports["fmt//fmt"] = exports["fmt/fmt"]
		delete(exports, "fmt/fmt")
		if path != "fmt" {
			delete(exports, "fmt//fmt")
		}
		if err := s.inter.Use(exports); err != nil {
			t.Fatal(err)
		}
	}
	named := map[string]reflect.Value{}
	for _, d := range shapes {
		open, _ := r.Open(d.Name)
		named[d.Name] = reflect.Zero(reflect.PointerTo(open))
	}
	if err := s.inter.Use(interp.Exports{core.Path + "/" + core.Path: s.core.Symbols(), "ʹt/ʹt": named}); err != nil {
		t.Fatal(err)
	}
	s.run(shapeMethods, "methods()")
	return s
}

// function compiles declarations and returns a function that runs a body after them.
func (s *session) function(declarations, body string) func() {
	s.t.Helper()
	s.units++
	source := fmt.Sprintf("//line In[%d]:1:1\npackage main\nimport (\"fmt\"; \"errors\"; \"runtime\"; \"sync\"; \"ʹrt\"; \"ʹt\")\n"+
		"var (_ = fmt.Sprint; _ = errors.New; _ = runtime.Gosched; _ sync.Mutex; _ = ʹrt.Box; _ ʹt.Square)\n%s\nfunc unit%d() {\n%s\n}\n", s.units, declarations, s.units, body)
	natives := s.core.Steps()
	if s.reflects {
		natives = steps.Package{}
	}
	if _, err := steps.Eval(s.inter, source, natives); err != nil {
		s.t.Fatalf("%v\n%s", err, source)
	}
	entry, err := steps.Eval(s.inter, fmt.Sprintf("unit%d", s.units), natives)
	if err != nil {
		s.t.Fatal(err)
	}
	return entry.Interface().(func())
}

func (s *session) run(declarations, body string) { s.t.Helper(); s.function(declarations, body)() }

// output is what a body prints by fmt.Fprint to ʹrt.Stdout().
func (s *session) output(declarations, body string) string {
	s.t.Helper()
	f := s.function(declarations, body)
	return captured(s.t, f)
}

// captured is what f writes to its scope's standard output and error.
func captured(t testing.TB, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	text := make(chan string)
	go func() {
		var b bytes.Buffer
		_, _ = io.Copy(&b, r)
		text <- b.String()
	}()
	scope := &support.Scope{Stdout: w, Stderr: w, Stdin: strings.NewReader("")}
	defer scope.Release()
	func() {
		defer w.Close()
		scope.Do(f)
	}()
	return <-text
}
