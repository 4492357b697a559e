package main

import (
	"bytes"
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
	"slices"
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

// runtimePackages checks the runtime's packages from their source for each
// target, with the standard library from the archives under dir. same is as
// common returns it.
func runtimePackages(dir string) (perTarget map[target][]*types.Package, same map[string]bool, err error) {
	perTarget = map[target][]*types.Package{}
	all := map[target][]*types.Package{}
	for _, t := range targets {
		m, paths, err := newModuleImporter(dir, t)
		if err != nil {
			return nil, nil, err
		}
		for _, path := range paths {
			pkg, err := m.Import(path)
			if err != nil {
				return nil, nil, fmt.Errorf("%s on %s: %w", path, t, err)
			}
			perTarget[t] = append(perTarget[t], pkg)
		}
		// What differs in the standard library makes differ what mentions it.
		all[t] = slices.Clone(perTarget[t])
		for _, path := range m.standardOwn {
			pkg, err := m.standard.Import(path)
			if err != nil {
				return nil, nil, err
			}
			all[t] = append(all[t], pkg)
		}
	}
	same, err = common(all)
	return perTarget, same, err
}

// newModuleImporter returns an importer of the runtime's packages for a target,
// and their paths.
func newModuleImporter(dir string, t target) (*moduleImporter, []string, error) {
	m := &moduleImporter{target: t, fset: token.NewFileSet(), dirs: map[string]listed{}, checked: map[string]*types.Package{}}
	shared, err := openArchive(dir, "common")
	if err != nil {
		return nil, nil, err
	}
	own, err := openArchive(dir, t.file())
	if err != nil {
		return nil, nil, err
	}
	m.standard = archive.NewImporter(m.fset, shared, own)
	m.standardOwn = own.Paths()
	out, err := goList(t, "-deps", "-json=ImportPath,Name,Dir,GoFiles,Standard,DepOnly", "lockstep/runtime/...", "lockstep/lessons/course")
	if err != nil {
		return nil, nil, err
	}
	var paths []string
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return m, paths, nil
		} else if err != nil {
			return nil, nil, fmt.Errorf("go list: %w", err)
		}
		if p.Standard {
			continue
		}
		m.dirs[p.ImportPath] = p
		if !p.DepOnly && p.Name != "main" && len(p.GoFiles) > 0 && archive.Importable(p.ImportPath) {
			paths = append(paths, p.ImportPath)
		}
	}
}

func openArchive(dir, name string) (*archive.Archive, error) {
	data, err := os.ReadFile(filepath.Join(dir, "data", "std", name+".zip"))
	if err != nil {
		return nil, err
	}
	return archive.Open(data)
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Name, Dir string
	GoFiles               []string
	Standard, DepOnly     bool
}

// A moduleImporter checks the packages of modules from their source.
type moduleImporter struct {
	target target
	fset   *token.FileSet
	dirs   map[string]listed
	// standard has the standard library; standardOwn are the packages of it
	// that are the target's own.
	standard    types.Importer
	standardOwn []string
	checked     map[string]*types.Package
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
