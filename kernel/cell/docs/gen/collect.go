package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"lockstep/kernel/cell/docs"
	"lockstep/kernel/cell/exportdata/archive"
)

// collect reads the doc comments of the importable packages that patterns of the
// go command name.
func collect(patterns ...string) ([]archive.Entry, error) {
	pkgs, err := list(patterns)
	if err != nil {
		return nil, err
	}
	var entries []archive.Entry
	for _, p := range pkgs {
		comments, err := read(p)
		if err != nil {
			return nil, err
		}
		// Its keys come out sorted.
		data, err := json.Marshal(comments)
		if err != nil {
			return nil, err
		}
		entries = append(entries, archive.Entry{Path: p.ImportPath, Name: p.Name, Data: data})
	}
	return entries, nil
}

// listed is what go list says of a package.
type listed struct{ ImportPath, Name, Dir string }

// list runs go list for one target, so that the answer doesn't depend on the
// machine. No other target has a package that this one hasn't.
func list(patterns []string) ([]listed, error) {
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Name,Dir"}, patterns...)...)
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", strings.Join(patterns, " "), err)
	}
	var pkgs []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return pkgs, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list %s: %w", strings.Join(patterns, " "), err)
		}
		if p.Name != "main" && archive.Importable(p.ImportPath) {
			pkgs = append(pkgs, p)
		}
	}
}

// read gets the doc comments of a package from its files: those that are built
// for the first platform, then what other platforms have besides.
func read(p listed) (docs.Comments, error) {
	names, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
	if err != nil {
		return nil, err
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if f.Name.Name == p.Name {
			files[name] = f
		}
	}
	comments := docs.Comments{}
	for _, ctx := range platforms() {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			built, err := ctx.MatchFile(filepath.Split(name))
			if err != nil {
				return nil, err
			}
			if built || p.ImportPath == "builtin" {
				keep := ast.IsExported
				if p.ImportPath == "builtin" {
					keep = func(string) bool { return true }
				}
				comments.Add(files[name], keep)
			}
		}
	}
	return comments, nil
}

// platforms are those that the kernel can be built for.
func platforms() []build.Context {
	var all []build.Context
	for _, os := range []string{"linux", "darwin", "windows"} {
		for _, arch := range []string{"amd64", "arm64"} {
			ctx := build.Default
			ctx.GOOS, ctx.GOARCH, ctx.CgoEnabled = os, arch, false
			all = append(all, ctx)
		}
	}
	return all
}
