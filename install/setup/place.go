// Package setup installs the kernel, binary and kernelspec, in one of the
// places where Jupyter looks for kernels, and removes it from there.
package setup

import (
	"path/filepath"
	"runtime"

	"github.com/adrg/xdg"

	"lockstep/install/kernelspec"
)

// Place says where an installation goes.
type Place struct {
	// Binary is the path of the lockstep command.
	Binary string
	// JupyterData is the data folder of Jupyter that gets the kernelspec.
	JupyterData string
	// Own is the folder of Lockstep's own data there, or "" where it has none.
	Own string
}

// User is the place for the user who runs this.
func User() (Place, error) {
	data, err := kernelspec.UserDataDir()
	if err != nil {
		return Place{}, err
	}
	own := filepath.Join(xdg.DataHome, "lockstep")
	return Place{Binary: filepath.Join(own, "bin", binaryName()), JupyterData: data, Own: own}, nil
}

// System is the place for all users of the machine.
func System() (Place, error) {
	data, err := kernelspec.SystemDataDir()
	if err != nil {
		return Place{}, err
	}
	if runtime.GOOS == "windows" {
		return Place{Binary: filepath.Join(filepath.Dir(data), "lockstep", binaryName()), JupyterData: data}, nil
	}
	return Place{Binary: filepath.Join("/usr/local/bin", binaryName()), JupyterData: data}, nil
}

// Prefix is the place under the folder prefix, such as a Python environment.
func Prefix(prefix string) (Place, error) {
	prefix, err := filepath.Abs(prefix)
	if err != nil {
		return Place{}, err
	}
	return Place{
		Binary:      filepath.Join(prefix, "bin", binaryName()),
		JupyterData: kernelspec.PrefixDataDir(prefix),
	}, nil
}

func binaryName() string {
	if runtime.GOOS == "windows" {
		return "lockstep.exe"
	}
	return "lockstep"
}
