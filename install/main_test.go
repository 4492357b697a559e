package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lockstep/kernel/jupytertest"
)

// TestMain lets the test binary be the command that is tested.
func TestMain(m *testing.M) {
	if os.Getenv("LOCKSTEP_INSTALL_COMMAND") == "1" {
		main()
		return
	}
	os.Exit(m.Run())
}

// command prepares the install command with the arguments, to be run in dir.
func command(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LOCKSTEP_INSTALL_COMMAND=1")
	return cmd
}

func mustRun(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return string(out)
}

// mustFail runs the command and returns what it says on standard error.
func mustFail(t *testing.T, cmd *exec.Cmd, code int) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != code {
		t.Fatalf("%v: %v, want exit code %d\n%s", cmd.Args, err, code, &stderr)
	}
	return stderr.String()
}

// kernels is what `jupyter kernelspec list` sees: the folder of each kernel.
func kernels(t *testing.T, jupyter *jupytertest.Env, env ...string) map[string]string {
	t.Helper()
	cmd := jupyter.Command(t.Context(), "jupyter", "kernelspec", "list", "--json")
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("jupyter kernelspec list: %v", err)
	}
	var list struct {
		Kernelspecs map[string]struct {
			Dir string `json:"resource_dir"`
		} `json:"kernelspecs"`
	}
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	dirs := map[string]string{}
	for name, spec := range list.Kernelspecs {
		dirs[name] = spec.Dir
	}
	return dirs
}

func TestUserInstallIsSeenByJupyter(t *testing.T) {
	jupyter := jupytertest.Isolated(t)
	home := t.TempDir()
	// No JUPYTER_DATA_DIR here: both sides are to find the same folder by
	// themselves.
	env := []string{"HOME=" + home, "USERPROFILE=" + home, "APPDATA=" + filepath.Join(home, "AppData"), "JUPYTER_DATA_DIR=", "JUPYTER_PATH=", "XDG_DATA_HOME="}
	env = append(env, goCaches(t)...)
	run := func(args ...string) string {
		cmd := command(t, ".", args...)
		cmd.Env = append(cmd.Env, env...)
		return mustRun(t, cmd)
	}

	out := run()
	dir := kernels(t, jupyter, env...)["lockstep"]
	if dir == "" || !strings.HasPrefix(dir, home) {
		t.Fatalf("Jupyter finds the kernel in %q, want it under %s; install says\n%s", dir, home, out)
	}
	if !strings.Contains(out, dir) {
		t.Errorf("install says\n%swithout %s", out, dir)
	}
	if out = run("-uninstall"); !strings.Contains(out, "Removed "+filepath.Join(dir, "kernel.json")) {
		t.Errorf("uninstall says\n%s", out)
	}
	if dir := kernels(t, jupyter, env...)["lockstep"]; dir != "" {
		t.Errorf("after uninstall Jupyter still finds the kernel in %s", dir)
	}
	if out = run("--uninstall"); !strings.Contains(out, "Nothing is installed there") {
		t.Errorf("a second uninstall says\n%s", out)
	}
}

func TestPrefixInstall(t *testing.T) {
	jupyter := jupytertest.Isolated(t)
	mustRun(t, command(t, ".", "-prefix", jupyter.Prefix))
	want := filepath.Join(jupyter.Prefix, "share", "jupyter", "kernels", "lockstep")
	if dir := kernels(t, jupyter)["lockstep"]; dir != want {
		t.Fatalf("Jupyter finds the kernel in %q, want %s", dir, want)
	}

	t.Run("not writable", func(t *testing.T) {
		cmd := command(t, ".", "-prefix", jupyter.Prefix, "-uninstall")
		forbidWriting(t, cmd, jupyter.Prefix)
		said := mustFail(t, cmd, 1)
		if !strings.Contains(said, jupyter.Prefix) || !strings.Contains(said, "choose another folder with -prefix") {
			t.Errorf("install says %q, want it to name %s and the way round it", said, jupyter.Prefix)
		}
	})
	mustRun(t, command(t, ".", "-prefix="+jupyter.Prefix, "-uninstall"))
	if dir := kernels(t, jupyter)["lockstep"]; dir != "" {
		t.Errorf("after uninstall Jupyter still finds the kernel in %s", dir)
	}
}

func TestWrongUseIsExplained(t *testing.T) {
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-prefix", "x", "-system"}, 2, "can't be used together"},
		{[]string{"-lab", "-uninstall"}, 2, "can't be used together"},
		{[]string{"-lessons", "fr"}, 2, `"fr"`},
		{[]string{"-lb"}, 2, "--lb"},
		{[]string{"lab"}, 1, "lab"},
		{nil, 1, "isn't in Lockstep's source folder"},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			cmd := command(t, t.TempDir(), test.args...)
			if said := mustFail(t, cmd, test.code); !strings.Contains(said, test.want) {
				t.Errorf("install says %q, want it to say %q", said, test.want)
			}
		})
	}
}

func TestOneOrTwoDashes(t *testing.T) {
	got := twoDashes([]string{"-lab", "--system", "-h", "-prefix=-x", "--", "-port=1", "--ip=x"})
	want := []string{"--lab", "--system", "-h", "--prefix=-x", "--", "-port=1", "--ip=x"}
	if !slices.Equal(got, want) {
		t.Errorf("twoDashes = %q, want %q", got, want)
	}
}

// goCaches is the environment that lets the go command find its caches when
// HOME is another one.
func goCaches(t *testing.T) []string {
	t.Helper()
	keys := []string{"GOCACHE", "GOMODCACHE", "GOPATH"}
	out, err := exec.Command("go", append([]string{"env"}, keys...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var env []string
	for i, value := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		env = append(env, keys[i]+"="+value)
	}
	return env
}
