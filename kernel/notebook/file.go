package notebook

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/uuid"
)

var errTooLarge = fmt.Errorf("larger than %d MiB, the most that is read", MaxSize>>20)

// Read reads the notebook in a file. Besides a *FormatError it fails with the
// file system's errors, which errors.Is tells apart.
func Read(path string) (*Notebook, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, cause(err))
	}
	return Parse(path, data)
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > MaxSize {
		return nil, errTooLarge
	}
	// What is no regular file has no size to ask for.
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err == nil && len(data) > MaxSize {
		err = errTooLarge
	}
	return data, err
}

// Write saves the notebook in a file, whose old content stays whole until the
// new one is complete. A file that is there keeps its permissions.
func (n *Notebook) Write(path string) error {
	data, err := n.Encode()
	if err == nil {
		err = writeFile(path, data)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	return nil
}

func writeFile(path string, data []byte) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		info = nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		// A pipe or a terminal takes no other file's place.
		return os.WriteFile(path, data, 0)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	temporary := filepath.Join(filepath.Dir(path), "."+uuid.NewString()+".ipynb")
	if err := writeNew(temporary, data, info); err != nil {
		_ = os.Remove(temporary)
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		_ = os.Remove(temporary)
		return err
	}
	return nil
}

func writeNew(path string, data []byte, like fs.FileInfo) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	if like != nil {
		if err := f.Chmod(like.Mode().Perm()); err != nil {
			return err
		}
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Close()
}

// cause drops the path from a file system error; the caller names its own.
func cause(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	var linkError *os.LinkError
	if errors.As(err, &linkError) {
		return linkError.Err
	}
	return err
}
