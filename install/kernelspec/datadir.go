package kernelspec

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// UserDataDir is Jupyter's data folder of the user, found as jupyter_core's
// jupyter_data_dir finds it: JUPYTER_DATA_DIR, else the platform's place.
func UserDataDir() (string, error) {
	return userDataDir(runtime.GOOS, os.Getenv, os.UserHomeDir)
}

// SystemDataDir is Jupyter's data folder for all users of the machine.
func SystemDataDir() (string, error) {
	return systemDataDir(runtime.GOOS, os.Getenv)
}

// PrefixDataDir is Jupyter's data folder of an installation under prefix, such
// as a Python environment's.
func PrefixDataDir(prefix string) string {
	return filepath.Join(prefix, "share", "jupyter")
}

func userDataDir(goos string, getenv func(string) string, homeDir func() (string, error)) (string, error) {
	if dir := getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir, nil
	}
	if goos == "windows" {
		if dir := getenv("APPDATA"); dir != "" {
			return filepath.Join(dir, "jupyter"), nil
		}
	} else if dir := getenv("XDG_DATA_HOME"); dir != "" && goos != "darwin" {
		return filepath.Join(dir, "jupyter"), nil
	}
	home, err := homeDir()
	if err != nil {
		return "", err
	}
	// Jupyter resolves links in the home folder's path, so that both agree on
	// one name for it; a home that can't be resolved is left as it is.
	if resolved, err := filepath.EvalSymlinks(home); err == nil {
		home = resolved
	}
	switch goos {
	case "darwin":
		return filepath.Join(home, "Library", "Jupyter"), nil
	case "windows":
		return filepath.Join(home, ".jupyter", "data"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter"), nil
}

func systemDataDir(goos string, getenv func(string) string) (string, error) {
	if goos != "windows" {
		return "/usr/local/share/jupyter", nil
	}
	if dir := getenv("PROGRAMDATA"); dir != "" {
		return filepath.Join(dir, "jupyter"), nil
	}
	return "", errors.New("the environment variable PROGRAMDATA isn't set")
}
