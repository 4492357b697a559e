// Command gen writes the source of generic functions and types for package
// library, in whose folder it runs:
//
//	go run ./gen std        an archive of the standard library's
//	go run ./gen runtime    files of those of the runtime's packages
package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// carried are the packages and which of their declarations to take, nil for all
// but those that a file under _std replaces.
var carried = []struct {
	path  string
	names []string
}{
	{"cmp", nil},
	{"errors", []string{"AsType", "asType"}},
	{"maps", nil},
	{"slices", nil},
	{"sync", []string{"OnceValue", "OnceValues"}},
}

func main() {
	if err := run(".", os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(dir string, args []string) error {
	switch strings.Join(args, " ") {
	case "std":
		data, err := generate(dir)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, "data", "std.zip"), data, 0o644)
	case "runtime":
		return writeRuntime(filepath.Join(dir, "_runtime"))
	}
	return errors.New("usage: gen std|runtime")
}

// generate returns the archive for the library in dir.
func generate(dir string) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if err := w.SetComment(runtime.Version()); err != nil {
		return nil, err
	}
	for _, p := range carried {
		replaced, err := declared(filepath.Join(dir, "_std", p.path+".go"))
		if err != nil {
			return nil, err
		}
		pkg, err := build.Import(p.path, "", 0)
		if err != nil {
			return nil, err
		}
		for _, name := range pkg.GoFiles {
			text, err := extract(filepath.Join(pkg.Dir, name), func(d ast.Decl) bool {
				fn, ok := d.(*ast.FuncDecl)
				if !ok {
					return p.names == nil
				}
				// What has no body is assembly or the Go runtime's.
				return fn.Body != nil && !slices.Contains(replaced, fn.Name.Name) && (p.names == nil || slices.Contains(p.names, fn.Name.Name))
			})
			if err != nil {
				return nil, err
			}
			if text == nil {
				continue
			}
			f, err := w.Create(p.path + "/" + name)
			if err != nil {
				return nil, err
			}
			if _, err := f.Write(text); err != nil {
				return nil, err
			}
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// declared are the functions that a file declares, none if there is no such file.
func declared(file string) ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	var names []string
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			names = append(names, fn.Name.Name)
		}
	}
	return names, nil
}

// extract is a file without comments, without the declarations that keep does not
// want and without imports that are not needed then; nil if no function is left.
func extract(file string, keep func(d ast.Decl) bool) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	functions := 0
	f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool {
		if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.IMPORT {
			return false
		}
		if _, ok := d.(*ast.FuncDecl); ok && keep(d) {
			functions++
		}
		return !keep(d)
	})
	if functions == 0 {
		return nil, nil
	}
	used := map[string]bool{}
	for _, d := range f.Decls {
		ast.Inspect(d, func(node ast.Node) bool {
			if sel, ok := node.(*ast.SelectorExpr); ok {
				if id, ok := sel.X.(*ast.Ident); ok {
					used[id.Name] = true
				}
			}
			return true
		})
	}
	f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			return false
		}
		gen.Specs = slices.DeleteFunc(gen.Specs, func(s ast.Spec) bool {
			spec := s.(*ast.ImportSpec)
			path, err := strconv.Unquote(spec.Path.Value)
			name := path[strings.LastIndex(path, "/")+1:]
			if spec.Name != nil {
				name = spec.Name.Name
			}
			return err == nil && !used[name]
		})
		return len(gen.Specs) == 0
	})
	var b bytes.Buffer
	if err := format.Node(&b, fset, f); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
