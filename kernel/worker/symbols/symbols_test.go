package symbols_test

import (
	"bytes"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/traefik/yaegi/interp"

	"lockstep/kernel/cell/exportdata"
	"lockstep/kernel/worker/symbols"
)

// Whatever a cell may import the worker can give, apart from what would have
// to be linked in at too high a price.
func TestPathsAreTheCheckersPackages(t *testing.T) {
	want := slices.DeleteFunc(exportdata.Packages(), func(p string) bool { return p == "plugin" })
	if got := symbols.Paths(); !slices.Equal(got, want) {
		t.Errorf("symbols for %q\nchecker knows %q", got, want)
	}
}

// Every exported name that isn't generic is there, as what it is.
func TestTablesAreComplete(t *testing.T) {
	importer := exportdata.NewImporter(token.NewFileSet())
	for _, p := range symbols.Paths() {
		if p == "unsafe" {
			continue
		}
		pkg, err := importer.Import(p)
		if err != nil {
			t.Error(err)
			continue
		}
		exports, ok := symbols.Lookup(p)
		if !ok {
			t.Errorf("no symbols of %s, which Paths names", p)
			continue
		}
		table := exports[path.Join(p, pkg.Name())]
		for _, name := range pkg.Scope().Names() {
			obj := pkg.Scope().Lookup(name)
			if !obj.Exported() || generic(obj) || constraint(obj) {
				continue
			}
			v := table[name]
			if !v.IsValid() {
				t.Errorf("%s.%s is not there", p, name)
				continue
			}
			switch obj := obj.(type) {
			case *types.Func:
				if v.Kind() != reflect.Func || v.Type().NumIn() != obj.Signature().Params().Len() || v.Type().NumOut() != obj.Signature().Results().Len() {
					t.Errorf("%s is here %s", obj, v.Type())
				}
			case *types.Var:
				if !v.CanSet() {
					t.Errorf("%s can't be set", obj)
				}
			case *types.TypeName:
				if v.Kind() != reflect.Pointer || !v.IsNil() {
					t.Errorf("%s is here %s", obj, v.Type())
				}
				if types.IsInterface(obj.Type()) && !obj.IsAlias() && !table["_"+name].IsValid() {
					t.Errorf("%s has no wrapper", obj)
				}
			}
		}
	}
}

func generic(obj types.Object) bool {
	p, ok := obj.Type().(interface{ TypeParams() *types.TypeParamList })
	return ok && p.TypeParams().Len() > 0
}

func constraint(obj types.Object) bool {
	i, ok := obj.Type().Underlying().(*types.Interface)
	return ok && !i.IsMethodSet()
}

func TestUnknownPackage(t *testing.T) {
	for _, p := range []string{"", "foo/bar", "plugin", "internal/abi", "net/http/http"} {
		if exports, ok := symbols.Lookup(p); ok || exports != nil {
			t.Errorf("Lookup(%q) gives %d entries", p, len(exports))
		}
	}
}

func TestCallersDontShareTables(t *testing.T) {
	first, _ := symbols.Lookup("os")
	first["os/os"]["Exit"] = reflect.ValueOf(func(int) {})
	second, _ := symbols.Lookup("os")
	if second["os/os"]["Exit"].Pointer() != reflect.ValueOf(os.Exit).Pointer() {
		t.Error("os.Exit is not the real one after a caller replaced its own")
	}
}

// eval runs a program and returns what it prints.
func eval(t *testing.T, source string, paths ...string) string {
	t.Helper()
	var out bytes.Buffer
	i := interp.New(interp.Options{Stdout: &out, Stderr: &out, Unrestricted: true})
	for _, p := range paths {
		exports, ok := symbols.Lookup(p)
		if !ok {
			t.Fatalf("no symbols of %s", p)
		}
		if err := i.Use(exports); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := i.Eval(source); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestInterpreterRunsOnTheTables(t *testing.T) {
	for _, test := range []struct {
		name    string
		imports []string
		source  string
		want    string
	}{
		{"functions, types, constants", []string{"fmt", "strings", "math", "time"}, `
			func main() {
				var b strings.Builder
				b.WriteString("two")
				fmt.Println(strings.ToUpper(b.String()), math.MaxUint32, math.Pi, uint64(math.MaxUint64), 2*time.Second)
			}`, "TWO 4294967295 3.141592653589793 18446744073709551615 2s\n"},
		{"what is newer than the interpreter", []string{"fmt", "sync", "strings"}, `
			func main() {
				var wg sync.WaitGroup
				wg.Go(func() { fmt.Println("in a goroutine") })
				wg.Wait()
				strings.FieldsSeq("a b")(func(s string) bool { fmt.Println(s); return true })
			}`, "in a goroutine\na\nb\n"},
		{"an interface of the library", []string{"fmt", "sort"}, `
			type byLength []string
			func (s byLength) Len() int { return len(s) }
			func (s byLength) Less(i, j int) bool { return len(s[i]) < len(s[j]) }
			func (s byLength) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
			func main() { s := []string{"ccc", "a", "bb"}; sort.Sort(byLength(s)); fmt.Println(s) }`, "[a bb ccc]\n"},
		{"printing a Stringer", []string{"fmt"}, `
			type fork int
			func (f fork) String() string { return "a fork" }
			func main() { fmt.Println(fork(1)) }`, "a fork\n"},
		{"a reader that writes itself", []string{"fmt", "io", "strings"}, `
			type body struct{ text string }
			func (b *body) Read(p []byte) (int, error) { panic("io.Copy reads") }
			func (b *body) WriteTo(w io.Writer) (int64, error) {
				n, err := io.WriteString(w, b.text)
				return int64(n), err
			}
			func main() { var b strings.Builder; io.Copy(&b, &body{"written"}); fmt.Println(b.String()) }`, "written\n"},
		{"a response that flushes", []string{"fmt", "net/http", "net/http/httptest"}, `
			type recorder struct{ *httptest.ResponseRecorder }
			func (r recorder) Header() http.Header { return r.ResponseRecorder.Header() }
			func (r recorder) Write(p []byte) (int, error) { return r.ResponseRecorder.Write(p) }
			func (r recorder) WriteHeader(status int) { r.ResponseRecorder.WriteHeader(status) }
			func (r recorder) Flush() { fmt.Println("flushed") }
			func main() {
				http.NewResponseController(recorder{httptest.NewRecorder()}).Flush()
			}`, "flushed\n"},
		{"unsafe", []string{"fmt", "unsafe"}, `
			func main() {
				a := [2]int32{1, 2}
				p := unsafe.Pointer(&a[0])
				fmt.Println(*(*int32)(unsafe.Add(p, 4)), *(*int32)(unsafe.Pointer(uintptr(p) + 4)))
			}`, "2 2\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			source := "package main\nimport (\"" + strings.Join(test.imports, "\"; \"") + "\")\n" + test.source
			if got := eval(t, source, test.imports...); got != test.want {
				t.Errorf("printed %q, want %q", got, test.want)
			}
		})
	}
}

// The kernel's own processes, and every child, would pay for tables that are
// filled at start-up.
func TestTablesCostNothingAtStart(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	trace := string(out)
	if !strings.Contains(trace, "init net/http ") {
		t.Fatalf("the trace doesn't name the packages:\n%s", trace)
	}
	for line := range strings.Lines(trace) {
		if strings.HasPrefix(line, "init lockstep/kernel/worker/symbols") {
			t.Errorf("work at start-up: %s", line)
		}
	}
}

func TestGoVersion(t *testing.T) {
	if symbols.GoVersion != exportdata.Version() {
		t.Errorf("the symbols are %s's, cells are checked with %s's; run: go generate ./kernel/worker/symbols", symbols.GoVersion, exportdata.Version())
	}
	if symbols.GoVersion != runtime.Version() {
		t.Logf("the tables are %s's; this is %s", symbols.GoVersion, runtime.Version())
	}
}

func BenchmarkLookup(b *testing.B) {
	for _, p := range []string{"fmt", "net/http", "syscall"} {
		b.Run(p, func(b *testing.B) {
			for b.Loop() {
				symbols.Lookup(p)
			}
		})
	}
}
