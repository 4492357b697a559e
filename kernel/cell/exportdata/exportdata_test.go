package exportdata_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"
	"testing"

	"lockstep/kernel/cell/exportdata"
)

func check(t *testing.T, importer types.Importer, fset *token.FileSet, source string) error {
	t.Helper()
	f, err := parser.ParseFile(fset, "cell.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{Importer: importer}
	_, err = config.Check("main", fset, []*ast.File{f}, nil)
	return err
}

const program = `package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

type status struct{ error }

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func main() {
	var wg sync.WaitGroup
	wg.Go(func() { fmt.Fprintln(os.Stderr, slices.Sorted(maps.Keys(map[string]int{}))) })
	wg.Wait()
	var p atomic.Pointer[http.Client]
	p.Store(&http.Client{Timeout: 3 * time.Second})
	ctx, cancel := context.WithTimeout(context.Background(), p.Load().Timeout)
	defer cancel()
	s, ok := errors.AsType[status](ctx.Err())
	for i := range count(3) {
		fmt.Println(i, s, ok, unsafe.Sizeof(i), syscall.EINVAL.Error())
	}
}
`

func TestCheckProgram(t *testing.T) {
	fset := token.NewFileSet()
	if err := check(t, exportdata.NewImporter(fset), fset, program); err != nil {
		t.Fatal(err)
	}
}

func TestCheckerWordsErrors(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"wrong type", `var s string = sync.NewCond(nil)`, "cannot use sync.NewCond(nil) (value of type *sync.Cond) as string value in variable declaration"},
		{"unknown name", `var _ = sync.Mutexx{}`, "undefined: sync.Mutexx"},
		{"missing method", `var _ sync.Locker = 1`, "cannot use 1 (constant of type int) as sync.Locker value in variable declaration: int does not implement sync.Locker (missing method Lock)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			fset := token.NewFileSet()
			err := check(t, exportdata.NewImporter(fset), fset, "package main\nimport \"sync\"\n"+test.body)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

// What one package mentions of another is the same type as the other's own, in
// whichever order they are loaded.
func TestImporterSharesTypes(t *testing.T) {
	for _, order := range [][]string{{"net/http", "io", "os"}, {"os", "io", "net/http"}} {
		importer := exportdata.NewImporter(token.NewFileSet())
		packages := map[string]*types.Package{}
		for _, path := range order {
			pkg, err := importer.Import(path)
			if err != nil {
				t.Fatal(err)
			}
			packages[path] = pkg
		}
		writer := packages["io"].Scope().Lookup("Writer").Type().Underlying().(*types.Interface)
		for path, name := range map[string]string{"os": "File", "net/http": "ResponseWriter"} {
			typ := packages[path].Scope().Lookup(name).Type()
			if path == "os" {
				typ = types.NewPointer(typ)
			}
			if !types.Implements(typ, writer) {
				t.Errorf("after loading %v, %s.%s is no io.Writer", order, path, name)
			}
		}
	}
}

func TestEveryPackageLoads(t *testing.T) {
	importer := exportdata.NewImporter(token.NewFileSet())
	for _, path := range exportdata.Packages() {
		pkg, err := importer.Import(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if pkg.Path() != path || !pkg.Complete() {
			t.Errorf("importing %q gives %v, complete %t", path, pkg, pkg.Complete())
		}
		if name := exportdata.Name(path); name != pkg.Name() {
			t.Errorf("Name(%q) = %q, but the package is %s", path, name, pkg.Name())
		}
	}
}

func TestUnknownPackage(t *testing.T) {
	importer := exportdata.NewImporter(token.NewFileSet())
	for _, path := range []string{"foo/bar", "internal/abi", "C", "", "lockstep/runtime/internal/scope"} {
		_, err := importer.Import(path)
		var unknown *exportdata.UnknownPackageError
		if !errors.As(err, &unknown) || unknown.Path != path {
			t.Errorf("import %q: %v", path, err)
			continue
		}
		if want := "package " + path + " is not in std"; err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
		if name := exportdata.Name(path); name != "" {
			t.Errorf("Name(%q) = %q, want none", path, name)
		}
	}
}

func TestPackages(t *testing.T) {
	paths := exportdata.Packages()
	if !slices.IsSorted(paths) {
		t.Error("the list is not sorted")
	}
	if n := len(slices.Compact(slices.Clone(paths))); n != len(paths) {
		t.Errorf("%d of %d paths are there twice", len(paths)-n, len(paths))
	}
	for _, want := range []string{"fmt", "net/http", "math/rand/v2", "os", "syscall", "unsafe", "sync/atomic"} {
		if !slices.Contains(paths, want) {
			t.Errorf("no package %s", want)
		}
	}
	for path, want := range map[string]string{"math/rand/v2": "rand", "net/http": "http", "unsafe": "unsafe"} {
		if got := exportdata.Name(path); got != want {
			t.Errorf("Name(%q) = %q, want %q", path, got, want)
		}
	}
	paths[0] = "changed by the caller"
	if exportdata.Packages()[0] == paths[0] {
		t.Error("the caller can change the list")
	}
}

func TestImporterConcurrently(t *testing.T) {
	importer := exportdata.NewImporter(token.NewFileSet())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, path := range []string{"fmt", "net/http", "io", "os"} {
				pkg, err := importer.Import(path)
				if err != nil {
					t.Error(err)
					return
				}
				// Reading a loaded package must not race with loading the next.
				for _, name := range pkg.Scope().Names() {
					_ = pkg.Scope().Lookup(name).String()
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkFirstCheck(b *testing.B) {
	for b.Loop() {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "cell.go", `package main
import ("fmt"; "sync"; "time"; "net/http")
func main() { var wg sync.WaitGroup; wg.Wait(); fmt.Println(time.Second, http.DefaultClient) }`, 0)
		if err != nil {
			b.Fatal(err)
		}
		config := types.Config{Importer: exportdata.NewImporter(fset)}
		if _, err := config.Check("main", fset, []*ast.File{f}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
