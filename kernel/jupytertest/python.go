package jupytertest

import (
	_ "embed"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"lockstep/install/venv"
)

//go:embed requirements.txt
var requirements string

// Requirements is the pip requirements file of the environment that Python
// returns: every package with its exact version.
func Requirements() string { return requirements }

// Python returns the path of a Python interpreter that has the packages of
// Requirements. The first call on a machine installs them, which takes about
// half a minute and needs a package index; later calls, from other processes
// too, find them in the user's cache folder. Without a Python or an index the
// test ends as Missing says.
func Python(t testing.TB) string {
	t.Helper()
	return environment(t).Python()
}

var cached struct {
	sync.Mutex
	env  venv.Env
	done bool
}

func environment(t testing.TB) venv.Env {
	t.Helper()
	cached.Lock()
	defer cached.Unlock()
	if cached.done {
		return cached.env
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		Missing(t, "no cache folder for Jupyter's Python packages: %v", err)
	}
	python, err := venv.FindPython(t.Context())
	if err != nil {
		Missing(t, "%v", err)
	}
	env, err := venv.Ensure(t.Context(), filepath.Join(cache, "lockstep"), "jupytertest-", python, requirements, t.Output())
	if err != nil {
		Missing(t, "Jupyter's Python packages can't be installed: %v", err)
	}
	cached.env, cached.done = env, true
	return env
}
