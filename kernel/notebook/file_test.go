package notebook_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"lockstep/kernel/notebook"
)

func TestReadNamesTheFile(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "没有 here.ipynb")
	_, err := notebook.Read(missing)
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), missing+": ") || strings.Count(err.Error(), missing) != 1 {
		t.Errorf("missing file: %v", err)
	}
	if _, err = notebook.Read(dir); err == nil || err.Error() != dir+": is a directory" && runtime.GOOS == "linux" {
		t.Errorf("directory: %v", err)
	}
	broken := filepath.Join(dir, "broken.ipynb")
	if err := os.WriteFile(broken, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	var format *notebook.FormatError
	if _, err := notebook.Read(broken); !errors.As(err, &format) || format.File != broken {
		t.Errorf("broken file: %v", err)
	}
}

func TestAFileOfAbsurdSizeIsRefused(t *testing.T) {
	huge := filepath.Join(t.TempDir(), "huge.ipynb")
	f, err := os.Create(huge)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// A sparse file takes no room on the disk.
	if err := f.Truncate(notebook.MaxSize + 1); err != nil {
		t.Fatal(err)
	}
	if _, err := notebook.Read(huge); err == nil || !strings.Contains(err.Error(), "larger than 256 MiB") {
		t.Errorf("got %v", err)
	}
}

func TestWriteReplacesAFileWhole(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "课 1.ipynb"), filepath.Join(dir, "link.ipynb")
	if err := os.WriteFile(file, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Skip(err)
	}
	n := parse(t, testdata(t, "outputs.ipynb"))
	if err := n.Write(link); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != testdata(t, "outputs.ipynb") {
		t.Errorf("%v: the file holds\n%s", err, text)
	}
	if info, err := os.Lstat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Errorf("%v: permissions became %v", err, info.Mode())
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("%v: the link became %v", err, info.Mode())
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestWriteFailsWithTheFilesName(t *testing.T) {
	n := parse(t, testdata(t, "blank.ipynb"))
	path := filepath.Join(t.TempDir(), "no folder", "n.ipynb")
	err := n.Write(path)
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), path+": ") {
		t.Errorf("got %v", err)
	}
	cell := &notebook.Cell{Type: notebook.Code, Outputs: []notebook.Output{
		&notebook.DisplayData{Data: notebook.Bundle{"application/json": func() {}}},
	}}
	n.Cells = append(n.Cells, cell)
	if _, err := n.Encode(); err == nil || !strings.HasPrefix(err.Error(), "cell 1: output 1: data: application/json: ") {
		t.Errorf("got %v", err)
	}
}
