// Package kernelspec writes what makes Jupyter offer a kernel: a folder with
// kernel.json and logos in one of Jupyter's data folders.
package kernelspec

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"lockstep/install/atomicfile"
)

// Name is the kernel's name among Jupyter's kernels: the one in a notebook's
// metadata and in `jupyter kernelspec list`.
const Name = "lockstep"

//go:embed logos/*.png logos/*.svg
var logos embed.FS

// Spec is the content of kernel.json, as Jupyter's documentation of kernel
// specs describes it.
type Spec struct {
	Argv          []string       `json:"argv"`
	DisplayName   string         `json:"display_name"`
	Language      string         `json:"language"`
	InterruptMode string         `json:"interrupt_mode"`
	Metadata      map[string]any `json:"metadata"`
}

// For is the spec that starts the kernel from the binary, an absolute path.
func For(binary string) Spec {
	return Spec{
		Argv:          []string{binary, "serve", "-f", "{connection_file}"},
		DisplayName:   "Go (Lockstep)",
		Language:      "go",
		InterruptMode: "message",
		Metadata:      map[string]any{"debugger": false},
	}
}

// Dir is the folder of the kernel in one of Jupyter's data folders.
func Dir(dataDir string) string { return filepath.Join(dataDir, "kernels", Name) }

// Write writes the spec and the logos into their folder under dataDir and
// returns that folder.
func Write(dataDir string, spec Spec) (string, error) {
	dir := Dir(dataDir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	for name, content := range logoFiles() {
		if err := atomicfile.Write(filepath.Join(dir, name), content, 0o644); err != nil {
			return "", err
		}
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(spec); err != nil {
		return "", err
	}
	// kernel.json comes last: with it Jupyter sees the kernel.
	return dir, atomicfile.Write(filepath.Join(dir, "kernel.json"), text.Bytes(), 0o644)
}

// Read reads the spec under dataDir. Where there is none the error is an
// fs.ErrNotExist.
func Read(dataDir string) (Spec, error) {
	path := filepath.Join(Dir(dataDir), "kernel.json")
	text, err := os.ReadFile(path)
	if err != nil {
		return Spec{}, err
	}
	var spec Spec
	if err := json.Unmarshal(text, &spec); err != nil {
		return Spec{}, fmt.Errorf("%s: %w", path, err)
	}
	return spec, nil
}

// Remove removes the files that Write wrote under dataDir, and the folder if
// nothing else is in it. It returns the paths that it removed.
func Remove(dataDir string) ([]string, error) {
	dir := Dir(dataDir)
	names := []string{"kernel.json"}
	for name := range logoFiles() {
		names = append(names, name)
	}
	slices.Sort(names)
	var removed []string
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.Remove(path); errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return removed, err
		}
		removed = append(removed, path)
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) == 0 {
		if err := os.Remove(dir); err != nil {
			return removed, err
		}
		removed = append(removed, dir)
	}
	return removed, nil
}

// logoFiles is the content of the logos by file name.
func logoFiles() map[string][]byte {
	files := map[string][]byte{}
	entries, err := logos.ReadDir("logos")
	if err != nil {
		return files
	}
	for _, entry := range entries {
		if content, err := logos.ReadFile("logos/" + entry.Name()); err == nil {
			files[entry.Name()] = content
		}
	}
	return files
}
