// Package export writes a notebook as a plain Go program, in a module of its own.
package export

import (
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"

	"lockstep/kernel/cell"
	"lockstep/kernel/cell/exportdata"
	"lockstep/kernel/notebook"
	"lockstep/lessons/source"
)

// module is the path of the module that has the runtime.
const module = "lockstep"

// Options say what to export and where to.
type Options struct {
	// Notebook is the path of the notebook.
	Notebook string
	// Folder is where main.go, go.mod and go.sum are written; it is made if it
	// isn't there.
	Folder string
	// Module is the folder of the module that has the runtime, which the program
	// is built with; "" for the one that the working directory or the notebook is
	// in.
	Module string
	// Force allows to replace files that are there.
	Force bool
}

// Export writes the program. It fails, and writes nothing, where the notebook has
// a cell that doesn't compile (then the error wraps a *cell.ExportError), unless
// the cell is tagged raises-exception.
func Export(o Options) error {
	nb, err := notebook.Read(o.Notebook)
	if err != nil {
		return err
	}
	if language := nb.Language(); language != "" && language != "go" {
		return fmt.Errorf("%s: its cells are %s, not Go", o.Notebook, language)
	}
	text, err := Program(filepath.Base(o.Notebook), nb)
	if err != nil {
		return fmt.Errorf("%s: %w", o.Notebook, err)
	}
	folder := o.Module
	if folder == "" {
		if folder, err = findModule(".", filepath.Dir(o.Notebook)); err != nil {
			return err
		}
	}
	mod, sum, err := moduleFiles(folder, moduleName(o.Notebook))
	if err != nil {
		return err
	}
	files := map[string][]byte{"main.go": []byte(text), "go.mod": mod, "go.sum": sum}
	if err := os.MkdirAll(o.Folder, 0o777); err != nil {
		return err
	}
	if !o.Force {
		for name := range files {
			path := filepath.Join(o.Folder, name)
			if _, err := os.Lstat(path); err == nil {
				return fmt.Errorf("%s is there already; --force replaces it", path)
			}
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(o.Folder, name), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// Program returns the text of the program that a notebook is. name is what its
// comment calls the notebook. The error may wrap a *cell.ExportError.
func Program(name string, nb *notebook.Notebook) (string, error) {
	var cells []cell.Exported
	n := 0
	for _, c := range nb.Cells {
		if c.Type != notebook.Code || strings.TrimSpace(c.Source) == "" {
			continue
		}
		n++
		cells = append(cells, cell.Exported{
			Number: n,
			Text:   c.Source,
			Fails:  c.HasTag("raises-exception", "nbval-raises-exception"),
		})
	}
	if n == 0 {
		return "", errors.New("the notebook has no code")
	}
	doc := fmt.Sprintf("This is the notebook %s as a plain Go program: main runs its cells in\ntheir order.", name)
	return cell.Export(exportdata.NewImporter(token.NewFileSet()), source.Exercises{}, doc, cells)
}

// findModule returns the folder of the runtime's module, looking upwards from
// each of the places in turn.
func findModule(places ...string) (string, error) {
	for _, place := range places {
		folder, err := filepath.Abs(place)
		if err != nil {
			return "", err
		}
		for {
			data, err := os.ReadFile(filepath.Join(folder, "go.mod"))
			if err == nil && modfile.ModulePath(data) == module {
				return folder, nil
			}
			parent := filepath.Dir(folder)
			if parent == folder {
				break
			}
			folder = parent
		}
	}
	return "", fmt.Errorf("the sources of %s are neither around the working directory nor around the notebook; name their folder with --module", module)
}

// moduleFiles are go.mod and go.sum of a module that is built with the runtime in
// the folder given.
func moduleFiles(folder, name string) (mod, sum []byte, err error) {
	folder, err = filepath.Abs(folder)
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(folder, "go.mod")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	of, err := modfile.Parse(path, data, nil)
	if err != nil {
		return nil, nil, err
	}
	if of.Module == nil || of.Module.Mod.Path != module {
		return nil, nil, fmt.Errorf("%s is not %s's", path, module)
	}
	out := new(modfile.File)
	err = errors.Join(
		out.AddModuleStmt(name),
		out.AddGoStmt(of.Go.Version),
		out.AddRequire(module, "v0.0.0"),
		out.AddReplace(module, "", folder, ""),
	)
	if err != nil {
		return nil, nil, err
	}
	// What the runtime needs in turn, at the versions that it is tested with.
	for _, r := range of.Require {
		out.AddNewRequire(r.Mod.Path, r.Mod.Version, true)
	}
	out.Cleanup()
	if mod, err = out.Format(); err != nil {
		return nil, nil, err
	}
	sum, err = os.ReadFile(filepath.Join(folder, "go.sum"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	return mod, sum, nil
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// moduleName makes a module path of a notebook's name.
func moduleName(notebook string) string {
	base := strings.ToLower(strings.TrimSuffix(filepath.Base(notebook), filepath.Ext(notebook)))
	if name := strings.Trim(notInName.ReplaceAllString(base, "-"), "-"); name != "" {
		return "notebook/" + name
	}
	return "notebook/program"
}
