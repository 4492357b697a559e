package venv_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lockstep/install/venv"
	"lockstep/kernel/jupytertest"
)

func python(t *testing.T) string {
	t.Helper()
	path, err := venv.FindPython(t.Context())
	if err != nil {
		jupytertest.Missing(t, "%v", err)
	}
	return path
}

// wheel writes a Python package with one module, so that no test here needs a
// package index, and returns the requirement that names it.
func wheel(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lockstep_probe-1.0-py3-none-any.whl")
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, text := range map[string]string{
		"lockstep_probe.py":                     "answer = 42\n",
		"lockstep_probe-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: lockstep-probe\nVersion: 1.0\n",
		"lockstep_probe-1.0.dist-info/WHEEL":    "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
		"lockstep_probe-1.0.dist-info/RECORD":   "",
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, buf.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path + "\n"
}

func checkWorks(t *testing.T, env venv.Env) {
	t.Helper()
	out, err := exec.Command(env.Python(), "-c", "import lockstep_probe; print(lockstep_probe.answer)").CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "42" {
		t.Errorf("the package of the environment doesn't work: %v, %s", err, out)
	}
}

func TestEnsureBuildsOnceForAllCallers(t *testing.T) {
	t.Parallel()
	py, parent, requirements := python(t), filepath.Join(t.TempDir(), "with space 中"), wheel(t)
	var wg sync.WaitGroup
	envs := make([]venv.Env, 4)
	for i := range envs {
		wg.Go(func() {
			var err error
			if envs[i], err = venv.Ensure(t.Context(), parent, "probe-", py, requirements, io.Discard); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for _, env := range envs[1:] {
		if env != envs[0] {
			t.Errorf("two callers got different environments: %v and %v", env, envs[0])
		}
	}
	checkWorks(t, envs[0])

	stamp := filepath.Join(envs[0].Dir, "untouched")
	if err := os.WriteFile(stamp, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := venv.Ensure(t.Context(), parent, "probe-", py, requirements, io.Discard); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stamp); err != nil {
		t.Errorf("a complete environment was made anew: %v", err)
	}
}

func TestEnsureMendsBrokenEnvironments(t *testing.T) {
	t.Parallel()
	py, requirements, parent := python(t), wheel(t), t.TempDir()
	env, err := venv.Ensure(t.Context(), parent, "probe-", py, requirements, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range []struct {
		name string
		harm func(venv.Env) error
	}{
		{"interrupted before its end", func(e venv.Env) error {
			return os.Remove(filepath.Join(e.Dir, "lockstep-complete"))
		}},
		{"interpreter gone", func(e venv.Env) error {
			return os.Remove(e.Python())
		}},
	} {
		t.Run(broken.name, func(t *testing.T) {
			if err := broken.harm(env); err != nil {
				t.Fatal(err)
			}
			if env, err = venv.Ensure(t.Context(), parent, "probe-", py, requirements, io.Discard); err != nil {
				t.Fatal(err)
			}
			checkWorks(t, env)
		})
	}
}

func TestEnsureTellsWhatCouldNotBeInstalled(t *testing.T) {
	t.Parallel()
	py := python(t)
	missing := filepath.Join(t.TempDir(), "nowhere-1.0-py3-none-any.whl")
	_, err := venv.Ensure(t.Context(), t.TempDir(), "probe-", py, missing+"\n", io.Discard)
	if err == nil || !strings.Contains(err.Error(), "nowhere-1.0") {
		t.Errorf("the error %v doesn't name the missing package", err)
	}
}

func TestEnvironPutsTheEnvironmentFirst(t *testing.T) {
	env := venv.Env{Dir: filepath.Join("some", "where")}
	got := fmt.Sprint(env.Environ([]string{"PATH=/bin", "PYTHONPATH=/other", "HOME=/home/me"}))
	want := fmt.Sprint([]string{"HOME=/home/me", "PATH=" + env.Bin() + string(os.PathListSeparator) + "/bin", "VIRTUAL_ENV=" + env.Dir})
	if got != want {
		t.Errorf("Environ = %s, want %s", got, want)
	}
}
