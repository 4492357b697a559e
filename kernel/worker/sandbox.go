package worker

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"

	"lockstep/kernel/link"
)

// sandbox is the folder that cells of untrusted origin see of the file system.
type sandbox struct {
	folder string
	root   func() (*os.Root, error)
}

// confined returns the symbols of package os that reach files, for a worker that is
// told to stay in a folder; nil for any other.
func confined() map[string]reflect.Value {
	folder := os.Getenv(link.SandboxVariable)
	if folder == "" {
		return nil
	}
	s := &sandbox{folder: folder, root: sync.OnceValues(func() (*os.Root, error) { return os.OpenRoot(folder) })}
	symbols := map[string]reflect.Value{}
	for name, function := range map[string]any{
		"Open":      s.open,
		"OpenFile":  s.openFile,
		"Create":    s.create,
		"ReadFile":  s.readFile,
		"WriteFile": s.writeFile,
		"ReadDir":   s.readDir,
		"Stat":      s.stat,
		"Lstat":     s.lstat,
		"Mkdir":     s.mkdir,
		"MkdirAll":  s.mkdirAll,
		"Remove":    s.remove,
		"RemoveAll": s.removeAll,
		"Rename":    s.rename,
	} {
		symbols[name] = reflect.ValueOf(function)
	}
	return symbols
}

// errOutside says that a file is not in the folder.
var errOutside = errors.New("outside of this session's folder")

// in leads to a file of the folder.
func (s *sandbox) in(operation, name string) (*os.Root, string, error) {
	local := name
	if filepath.IsAbs(name) {
		var err error
		if local, err = filepath.Rel(s.folder, name); err != nil {
			return nil, "", &os.PathError{Op: operation, Path: name, Err: errOutside}
		}
	}
	if !filepath.IsLocal(local) {
		return nil, "", &os.PathError{Op: operation, Path: name, Err: errOutside}
	}
	root, err := s.root()
	if err != nil {
		return nil, "", fmt.Errorf("%s %s: %w", operation, name, err)
	}
	return root, local, nil
}

// visible says of a file outside that it tells of processes and threads, which
// lessons look at and which is no secret.
func visible(name string) bool {
	name = filepath.Clean(name)
	return strings.HasPrefix(name, "/proc/") && slices.Contains([]string{"stat", "status", "task", "children", "comm"}, filepath.Base(name))
}

func (s *sandbox) open(name string) (*os.File, error) {
	if visible(name) {
		return os.Open(name)
	}
	root, local, err := s.in("open", name)
	if err != nil {
		return nil, err
	}
	return root.Open(local)
}

func (s *sandbox) openFile(name string, flag int, mode os.FileMode) (*os.File, error) {
	root, local, err := s.in("open", name)
	if err != nil {
		return nil, err
	}
	return root.OpenFile(local, flag, mode)
}

func (s *sandbox) create(name string) (*os.File, error) {
	root, local, err := s.in("open", name)
	if err != nil {
		return nil, err
	}
	return root.Create(local)
}

func (s *sandbox) readFile(name string) ([]byte, error) {
	if visible(name) {
		return os.ReadFile(name)
	}
	root, local, err := s.in("open", name)
	if err != nil {
		return nil, err
	}
	return root.ReadFile(local)
}

func (s *sandbox) writeFile(name string, data []byte, mode os.FileMode) error {
	root, local, err := s.in("open", name)
	if err != nil {
		return err
	}
	return root.WriteFile(local, data, mode)
}

func (s *sandbox) readDir(name string) ([]os.DirEntry, error) {
	if visible(name) {
		return os.ReadDir(name)
	}
	root, local, err := s.in("open", name)
	if err != nil {
		return nil, err
	}
	folder, err := root.Open(local)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return folder.ReadDir(-1)
}

func (s *sandbox) stat(name string) (os.FileInfo, error) {
	root, local, err := s.in("stat", name)
	if err != nil {
		return nil, err
	}
	return root.Stat(local)
}

func (s *sandbox) lstat(name string) (os.FileInfo, error) {
	root, local, err := s.in("lstat", name)
	if err != nil {
		return nil, err
	}
	return root.Lstat(local)
}

func (s *sandbox) mkdir(name string, mode os.FileMode) error {
	root, local, err := s.in("mkdir", name)
	if err != nil {
		return err
	}
	return root.Mkdir(local, mode)
}

func (s *sandbox) mkdirAll(name string, mode os.FileMode) error {
	root, local, err := s.in("mkdir", name)
	if err != nil {
		return err
	}
	return root.MkdirAll(local, mode)
}

func (s *sandbox) remove(name string) error {
	root, local, err := s.in("remove", name)
	if err != nil {
		return err
	}
	return root.Remove(local)
}

func (s *sandbox) removeAll(name string) error {
	root, local, err := s.in("removeall", name)
	if err != nil {
		return err
	}
	return root.RemoveAll(local)
}

func (s *sandbox) rename(from, to string) error {
	root, source, err := s.in("rename", from)
	if err != nil {
		return err
	}
	_, target, err := s.in("rename", to)
	if err != nil {
		return err
	}
	return root.Rename(source, target)
}
