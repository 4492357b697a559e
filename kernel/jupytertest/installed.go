package jupytertest

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lockstep/install/setup"
	"lockstep/install/venv"
)

// Env is a Jupyter that has the kernel and that shares nothing with the user's
// own: its settings, its runtime files and what the kernel keeps are in a
// temporary folder.
type Env struct {
	// Prefix is the folder that the kernel is installed under.
	Prefix string
	// Binary is the path of the installed lockstep command.
	Binary string

	venv   venv.Env
	extras map[string]string
}

// Installed builds the kernel from the source that the test is part of,
// installs it as `go run ./install -prefix` does, and returns a Jupyter that
// has it. All is removed when the test ends.
func Installed(t testing.TB) *Env {
	t.Helper()
	env := Isolated(t)
	place, err := setup.Prefix(env.Prefix)
	if err != nil {
		t.Fatal(err)
	}
	source, err := setup.SourceDir(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := setup.Install(t.Context(), place, source); err != nil {
		t.Fatal(err)
	}
	env.Binary = place.Binary
	return env
}

// Isolated is a Jupyter as Installed returns it, but with Python's own kernel
// only.
func Isolated(t testing.TB) *Env {
	t.Helper()
	python := environment(t)
	root := t.TempDir()
	env := &Env{Prefix: filepath.Join(root, "prefix"), venv: python, extras: map[string]string{
		"JUPYTER_CONFIG_DIR":  filepath.Join(root, "config"),
		"JUPYTER_DATA_DIR":    filepath.Join(root, "data"),
		"JUPYTER_RUNTIME_DIR": filepath.Join(root, "runtime"),
		"JUPYTER_PATH":        filepath.Join(root, "prefix", "share", "jupyter"),
		"JUPYTERLAB_DIR":      filepath.Join(python.Dir, "share", "jupyter", "lab"),

		"JUPYTERLAB_SETTINGS_DIR":   filepath.Join(root, "lab", "settings"),
		"JUPYTERLAB_WORKSPACES_DIR": filepath.Join(root, "lab", "workspaces"),
		"IPYTHONDIR":                filepath.Join(root, "ipython"),
		"XDG_DATA_HOME":             filepath.Join(root, "xdg-data"),
		"PYTHONDONTWRITEBYTECODE":   "1",
	}}
	for _, dir := range []string{"config", "data", "runtime"} {
		// Jupyter refuses a runtime folder that others can read.
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return env
}

// Environ is the environment, as KEY=value, for programs of this Jupyter.
func (e *Env) Environ() []string {
	base := e.venv.Environ(os.Environ())
	for _, key := range slices.Sorted(maps.Keys(e.extras)) {
		base = append(base, key+"="+e.extras[key])
	}
	return base
}

// Command prepares a command of this Jupyter, such as python or jupyter-lab. When ctx
// ends it is killed.
func (e *Env) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, e.venv.Command(name), args...)
	cmd.Env = e.Environ()
	// A kernel that it started may hold its output a little longer.
	cmd.WaitDelay = 10 * time.Second
	return cmd
}
