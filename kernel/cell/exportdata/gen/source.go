package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"lockstep/kernel/cell/exportdata/archive"
)

// goList runs go list for a target, without cgo so that the answer doesn't
// depend on the machine.
func goList(t target, args ...string) ([]byte, error) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Env = append(os.Environ(), "GOOS="+t.os, "GOARCH="+t.arch, "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", strings.Join(args, " "), err)
	}
	return out, nil
}

// standardPaths lists the importable packages of the standard library, apart
// from unsafe, which go/types knows itself.
func standardPaths(t target) ([]string, error) {
	out, err := goList(t, "std")
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, path := range strings.Fields(string(out)) {
		if archive.Importable(path) && path != "unsafe" {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// newSource returns an importer that checks packages of the standard library
// from their source. One source may be in use at a time: the target is set in
// build.Default, the only way to tell importer.ForCompiler.
func newSource(t target) types.Importer {
	build.Default.GOOS, build.Default.GOARCH = t.os, t.arch
	build.Default.CgoEnabled = false
	return importer.ForCompiler(token.NewFileSet(), "source", nil)
}

// runtimePackages checks the runtime's packages from their source, with the
// standard library from the archives under dir.
func runtimePackages(dir string) ([]*types.Package, error) {
	t := targets[0]
	out, err := goList(t, "-deps", "-json=ImportPath,Name,Dir,GoFiles,Standard,DepOnly", "lockstep/runtime/...")
	if err != nil {
		return nil, err
	}
	m := &moduleImporter{target: t, fset: token.NewFileSet(), dirs: map[string]listed{}, checked: map[string]*types.Package{}}
	var archives []*archive.Archive
	for _, name := range []string{"std", t.os + "_" + t.arch} {
		data, err := os.ReadFile(filepath.Join(dir, "data", name+".zip"))
		if err != nil {
			return nil, err
		}
		a, err := archive.Open(data)
		if err != nil {
			return nil, err
		}
		archives = append(archives, a)
	}
	m.standard = archive.NewImporter(m.fset, archives...)
	var paths []string
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.Standard {
			continue
		}
		m.dirs[p.ImportPath] = p
		if !p.DepOnly && p.Name != "main" && archive.Importable(p.ImportPath) {
			paths = append(paths, p.ImportPath)
		}
	}
	var pkgs []*types.Package
	for _, path := range paths {
		pkg, err := m.Import(path)
		if err != nil {
			return nil, err
		}
		pkgs = append(pkgs, pkg)
	}
	return pkgs, nil
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Name, Dir string
	GoFiles               []string
	Standard, DepOnly     bool
}

// A moduleImporter checks the packages of modules from their source.
type moduleImporter struct {
	target   target
	fset     *token.FileSet
	standard types.Importer
	dirs     map[string]listed
	checked  map[string]*types.Package
}

func (m *moduleImporter) Import(path string) (*types.Package, error) {
	if pkg, ok := m.checked[path]; ok {
		return pkg, nil
	}
	p, ok := m.dirs[path]
	if !ok {
		return m.standard.Import(path)
	}
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(m.fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	config := types.Config{
		Importer:         m,
		IgnoreFuncBodies: true,
		Sizes:            types.SizesFor("gc", m.target.arch),
	}
	pkg, err := config.Check(path, m.fset, files, nil)
	if err != nil {
		return nil, err
	}
	m.checked[path] = pkg
	return pkg, nil
}
