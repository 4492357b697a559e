// Command gen writes the symbol tables from the export data in
// kernel/cell/exportdata. It runs in the folder of package symbols:
//
//	go run ./gen std        the standard library, for each target with export data
//	go run ./gen runtime    the runtime's packages
package main

import (
	"errors"
	"fmt"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lockstep/kernel/cell/exportdata/archive"
)

// dataDir is where the archives lie, seen from the folder of package symbols.
const dataDir = "../../cell/exportdata/data"

// excluded are packages that the worker must not link.
var excluded = map[string]string{
	"plugin": "the linker keeps every symbol of a program that imports it, and it works with cgo only",
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch strings.Join(args, " ") {
	case "std":
		files, err := tables(dataDir, "std", "std")
		if err != nil {
			return err
		}
		return replace("internal/std", files)
	case "runtime":
		files, err := tables(dataDir, "runtime", "bundled")
		if err != nil {
			return err
		}
		return replace("internal/bundled", files)
	}
	return errors.New("usage: gen std|runtime")
}

// tables returns the contents of all generated files of package dest, by their
// names: the tables of the packages in one folder of archives. A table that has
// the same text for each target is in one file for all.
func tables(dataDir, archives, dest string) (map[string]string, error) {
	targets, err := targetNames(dataDir)
	if err != nil {
		return nil, err
	}
	sources := map[string]map[string]string{} // by path, by target
	var version string
	for _, target := range targets {
		l, err := openLibrary(dataDir, target)
		if err != nil {
			return nil, err
		}
		version = l.version
		for _, path := range l.paths[archives] {
			if excluded[path] != "" {
				continue
			}
			pkg, err := l.importer.Import(path)
			if err != nil {
				return nil, err
			}
			source, err := generate(dest, pkg)
			if err != nil {
				return nil, fmt.Errorf("package %s for %s: %w", path, target, err)
			}
			if sources[path] == nil {
				sources[path] = map[string]string{}
			}
			sources[path][target] = source
		}
	}
	files := map[string]string{}
	index := map[string][]string{} // by target, "" for all of them
	for _, path := range slices.Sorted(maps.Keys(sources)) {
		if source := sources[path][targets[0]]; sameForAll(sources[path], targets) {
			files[identifier(path)+".go"] = source
			index[""] = append(index[""], tableName(path))
			continue
		}
		for target, source := range sources[path] {
			files[identifier(path)+"_"+target+".go"] = source
			index[target] = append(index[target], tableName(path))
		}
	}
	files["index.go"] = indexFile(dest, "common", index[""])
	for _, target := range targets {
		files["index_"+target+".go"] = indexFile(dest, "target", index[target])
	}
	if archives == "std" {
		files["version.go"] = header + fmt.Sprintf("package %s\n\n// Version is the version of Go whose export data the tables were made from.\nconst Version = %q\n", dest, version)
	}
	return files, nil
}

func sameForAll(sources map[string]string, targets []string) bool {
	for _, target := range targets {
		if source, ok := sources[target]; !ok || source != sources[targets[0]] {
			return false
		}
	}
	return true
}

// targetNames lists the targets that there are archives for: linux_amd64, ….
func targetNames(dataDir string) ([]string, error) {
	dir := filepath.Join(dataDir, "std")
	files, err := filepath.Glob(filepath.Join(dir, "*_*.zip"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no archives of export data in %s", dir)
	}
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".zip"))
	}
	return names, nil
}

// A library is all that a cell can import on one target.
type library struct {
	importer *archive.Importer
	// paths are the packages of each folder of archives.
	paths   map[string][]string
	version string
}

func openLibrary(dataDir, target string) (*library, error) {
	l := &library{paths: map[string][]string{}}
	var all []*archive.Archive
	for _, folder := range []string{"std", "runtime"} {
		for _, name := range []string{"common", target} {
			data, err := os.ReadFile(filepath.Join(dataDir, folder, name+".zip"))
			if err != nil {
				return nil, err
			}
			a, err := archive.Open(data)
			if err != nil {
				return nil, err
			}
			all = append(all, a)
			l.paths[folder] = append(l.paths[folder], a.Paths()...)
		}
	}
	l.importer = archive.NewImporter(token.NewFileSet(), all...)
	l.version = all[0].Version()
	return l, nil
}

// replace writes files to dir and removes generated files that are no longer
// among them.
func replace(dir string, files map[string]string) error {
	old, err := generated(dir)
	if err != nil {
		return err
	}
	for name := range old {
		if _, ok := files[name]; !ok {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if old[name] == files[name] {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(files[name]), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generated reads the files of dir that gen has written.
func generated(dir string) (map[string]string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if text := string(data); strings.HasPrefix(text, header) {
			files[filepath.Base(path)] = text
		}
	}
	return files, nil
}
