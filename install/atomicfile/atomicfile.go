// Package atomicfile puts files in place whole: a reader sees the old content
// or the new one, and a program that runs from the old file goes on.
package atomicfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Write makes path a file with the content and the permissions, replacing one
// that is there.
func Write(path string, content []byte, perm fs.FileMode) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Chmod(perm)
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return Replace(tmp.Name(), path)
}

// Replace moves the file from to the path to, in the same folder, replacing
// one that is there, also where to is a program that runs.
func Replace(from, to string) error {
	err := os.Rename(from, to)
	if err == nil || runtime.GOOS != "windows" {
		return err
	}
	// Windows won't replace a running program, but moves it aside.
	aside := to + ".old"
	os.Remove(aside)
	if os.Rename(to, aside) != nil {
		return err
	}
	return os.Rename(from, to)
}
