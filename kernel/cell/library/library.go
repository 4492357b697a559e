// Package library holds the source of the generic functions and types that cells
// may import: there is no compiled code of them, since it is made for each type
// that they are used with. Cells use them by having that source lowered.
//
// Most of the standard library's is the distribution's own source, which go
// generate puts into an archive; LICENSE-go is its licence. What the distribution
// does with assembly, the Go runtime or package unsafe is replaced by the files
// under _std, which are named by import path. A function without body in them is a
// native function of package core by the same name, beginning with a capital letter.
//
// Of the runtime's packages go generate puts the generic declarations under
// _runtime. What else such a package declares they use in compiled form, as any
// importer does; so they should be a thin shell around it.
package library

//go:generate go run ./gen std
//go:generate go run ./gen runtime

import (
	"archive/zip"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"lockstep/kernel/cell/syntax"
	"path"
	"strings"
	"sync"
)

//go:embed data/std.zip
var carried []byte

//go:embed _std
var replacements embed.FS

//go:embed _runtime
var bundled embed.FS

// Root comes before the import path in the paths of the packages that are made
// from source here, so that their objects are told from compiled ones.
const Root = "ʹstd/"

// Package is a checked package. Its objects are its own, not those of the export
// data; those of the packages that it imports are.
type Package struct {
	Types *types.Package
	Info  *types.Info

	functions map[string]*ast.FuncDecl // "Name" or "Type.Name"
}

// Function is the declaration of a function, or of a method of the type with the
// name recv; nil if there is none.
func (p *Package) Function(recv, name string) *ast.FuncDecl {
	if recv != "" {
		name = recv + "." + name
	}
	return p.functions[name]
}

// A Library checks packages when they are first needed. It is safe for
// concurrent use.
type Library struct {
	importer types.Importer

	mu       sync.Mutex
	packages map[string]*Package
}

// New is a library whose packages import others from importer.
func New(importer types.Importer) *Library {
	return &Library{importer: importer, packages: map[string]*Package{}}
}

// Package is the package by the given import path, nil if no source of it is
// carried.
func (l *Library) Package(importPath string) (*Package, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p, ok := l.packages[importPath]; ok {
		return p, nil
	}
	p, err := l.check(importPath)
	if err != nil {
		return nil, fmt.Errorf("the source of package %s: %w", importPath, err)
	}
	l.packages[importPath] = p
	return p, nil
}

func (l *Library) check(importPath string) (*Package, error) {
	sources, err := read(importPath)
	if err != nil || len(sources) == 0 {
		return nil, err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, s := range sources {
		f, err := parser.ParseFile(fset, s.name, s.text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	p := &Package{
		Info: &types.Info{
			Types:      map[ast.Expr]types.TypeAndValue{},
			Defs:       map[*ast.Ident]types.Object{},
			Uses:       map[*ast.Ident]types.Object{},
			Implicits:  map[ast.Node]types.Object{},
			Selections: map[*ast.SelectorExpr]*types.Selection{},
			Instances:  map[*ast.Ident]types.Instance{},
			Scopes:     map[ast.Node]*types.Scope{},
		},
		functions: map[string]*ast.FuncDecl{},
	}
	config := types.Config{Importer: l.importer}
	if p.Types, err = config.Check(Root+importPath, fset, files, p.Info); err != nil {
		return nil, err
	}
	for _, f := range files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				p.functions[key(fn)] = fn
			}
		}
	}
	return p, nil
}

// key is the name of a function, with that of its receiver's type before it.
func key(fn *ast.FuncDecl) string {
	if receiver := syntax.ReceiverName(fn); receiver != "" {
		return receiver + "." + fn.Name.Name
	}
	return fn.Name.Name
}

// source is a file of a package.
type source struct{ name, text string }

// read is the files of a package.
func read(importPath string) ([]source, error) {
	var files []source
	archive, err := zip.NewReader(bytes.NewReader(carried), int64(len(carried)))
	if err != nil {
		return nil, err
	}
	for _, f := range archive.File {
		if path.Dir(f.Name) != importPath {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			return nil, err
		}
		files = append(files, source{f.Name, string(text)})
	}
	text, err := replacements.ReadFile("_std/" + importPath + ".go")
	switch {
	case err == nil:
		files = append(files, source{importPath + ".go", string(text)})
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	entries, err := bundled.ReadDir("_runtime/" + importPath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		name := importPath + "/" + e.Name()
		text, err := bundled.ReadFile("_runtime/" + name)
		if err != nil {
			return nil, err
		}
		files = append(files, source{name, string(text)})
	}
	return files, nil
}

// Paths are the import paths of the packages whose source is carried, in no
// order.
func Paths() ([]string, error) {
	seen := map[string]bool{}
	archive, err := zip.NewReader(bytes.NewReader(carried), int64(len(carried)))
	if err != nil {
		return nil, err
	}
	for _, f := range archive.File {
		seen[path.Dir(f.Name)] = true
	}
	err = fs.WalkDir(replacements, "_std", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			seen[strings.TrimSuffix(strings.TrimPrefix(name, "_std/"), ".go")] = true
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(bundled, "_runtime", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			seen[strings.TrimPrefix(path.Dir(name), "_runtime/")] = true
		}
		return err
	})
	var paths []string
	for p := range seen {
		paths = append(paths, p)
	}
	return paths, err
}

// Version is the version of Go that the distribution's source is from.
func Version() (string, error) {
	archive, err := zip.NewReader(bytes.NewReader(carried), int64(len(carried)))
	if err != nil {
		return "", err
	}
	return archive.Comment, nil
}
