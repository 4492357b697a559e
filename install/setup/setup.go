package setup

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lockstep/install/kernelspec"
	"lockstep/install/lab"
)

// ErrForeign says that something under Lockstep's name isn't Lockstep's, and so
// is neither replaced nor removed.
var ErrForeign = errors.New("isn't Lockstep's; move it away first")

// Install builds the kernel from the source folder and registers it with
// Jupyter, in place of one that is there. It returns the kernelspec's folder.
// Where another program has the binary's path the error is an ErrForeign.
func Install(ctx context.Context, place Place, source string) (string, error) {
	if err := checkBinary(place.Binary); err != nil {
		return "", err
	}
	if err := build(ctx, source, place.Binary); err != nil {
		return "", err
	}
	return kernelspec.Write(place.JupyterData, kernelspec.For(place.Binary))
}

// Uninstall removes what Install made in the place, and what lab.Private made
// in its own folder, and nothing else. It returns the paths that it removed:
// none where nothing was installed. Where the kernel or the binary there is
// another's, nothing is removed and the error is an ErrForeign.
func Uninstall(place Place) ([]string, error) {
	spec, err := kernelspec.Read(place.JupyterData)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case len(spec.Argv) == 0 || spec.Argv[0] != place.Binary:
		return nil, fmt.Errorf("the kernel in %s, which starts %q, %w", kernelspec.Dir(place.JupyterData), spec.Argv, ErrForeign)
	}
	if err := checkBinary(place.Binary); err != nil {
		return nil, err
	}
	// The kernelspec goes last: while it is there, a second try knows the way.
	var removed []string
	for _, path := range append([]string{place.Binary, place.Binary + ".old"}, place.labs()...) {
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return removed, err
		}
		removed = append(removed, path)
	}
	specs, err := kernelspec.Remove(place.JupyterData)
	removed = append(removed, specs...)
	if err != nil || place.Own == "" {
		return removed, err
	}
	for _, dir := range []string{filepath.Dir(place.Binary), place.Own} {
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			continue
		}
		if err := os.Remove(dir); err != nil {
			return removed, err
		}
		removed = append(removed, dir)
	}
	return removed, nil
}

// labs are the folders and files of the private JupyterLabs in the place.
func (p Place) labs() []string {
	if p.Own == "" {
		return nil
	}
	entries, err := os.ReadDir(p.Own)
	if err != nil {
		return nil
	}
	var paths []string
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), lab.PrivatePrefix) {
			paths = append(paths, filepath.Join(p.Own, entry.Name()))
		}
	}
	return paths
}

// checkBinary returns an ErrForeign if the path has a file that isn't a build
// of the kernel.
func checkBinary(path string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	info, err := buildinfo.ReadFile(path)
	if errors.Is(err, fs.ErrPermission) {
		return err
	}
	if err != nil || info.Path != kernelPackage {
		return fmt.Errorf("%s %w", path, ErrForeign)
	}
	return nil
}
