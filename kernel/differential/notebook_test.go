package differential

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// notebook is a file of the corpus.
type notebook struct {
	path   string
	cells  []string
	native string // "" if it is to be derived
	want   outcome
}

// outcome is what a program shows.
type outcome struct {
	stdout string
	err    string // the text of the panic, or os.Exit(n); "" for success
}

// corpus reads the notebooks below a folder.
func corpus(t *testing.T, dir string) []notebook {
	t.Helper()
	var books []notebook
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".txtar" {
			return err
		}
		archive, err := txtar.ParseFile(path)
		if err != nil {
			return err
		}
		books = append(books, readNotebook(t, path, archive))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return books
}

func readNotebook(t *testing.T, path string, archive *txtar.Archive) notebook {
	t.Helper()
	b := notebook{path: filepath.ToSlash(path)}
	for _, part := range archive.Files {
		text := string(part.Data)
		switch part.Name {
		case "cell":
			b.cells = append(b.cells, text)
		case "native":
			b.native = text
		case "stdout":
			b.want.stdout = text
		case "error":
			b.want.err = strings.TrimSuffix(text, "\n")
		default:
			t.Fatalf("%s: unknown part %q", path, part.Name)
		}
	}
	if len(b.cells) == 0 {
		t.Fatalf("%s: no cells", path)
	}
	return b
}

// record writes an outcome into a notebook's file.
func record(t *testing.T, path string, o outcome) {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var parts []txtar.File
	for _, part := range archive.Files {
		if part.Name == "cell" || part.Name == "native" {
			parts = append(parts, part)
		}
	}
	archive.Files = append(parts, txtar.File{Name: "stdout", Data: []byte(o.stdout)})
	if o.err != "" {
		archive.Files = append(archive.Files, txtar.File{Name: "error", Data: []byte(o.err + "\n")})
	}
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
