package lab

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestLanguageFollowsTheLocale(t *testing.T) {
	for _, test := range []struct {
		env  map[string]string
		want string
	}{
		{nil, "en"},
		{map[string]string{"LANG": "zh_CN.UTF-8"}, "zh"},
		{map[string]string{"LANG": "zh_TW.UTF-8", "LC_ALL": "C.UTF-8"}, "en"},
		{map[string]string{"LANG": "de_DE.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh"},
	} {
		got := language(posixLocale(func(key string) string { return test.env[key] }))
		if got != test.want {
			t.Errorf("with %v the language is %s, want %s", test.env, got, test.want)
		}
	}
	if got := language("zh-Hans-CN"); got != "zh" {
		t.Errorf("with Windows' zh-Hans-CN the language is %s", got)
	}
}

func TestLessonsNamesWhatIsMissing(t *testing.T) {
	source := t.TempDir()
	if _, err := Lessons(source, "zh"); err == nil || !strings.Contains(err.Error(), filepath.Join(source, "lessons", "zh")) {
		t.Errorf("the error is %v", err)
	}
	want := filepath.Join(source, "lessons", "zh")
	if err := os.MkdirAll(want, 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := Lessons(source, "zh"); err != nil || got != want {
		t.Errorf("Lessons = %q, %v; want %q", got, err, want)
	}
}

func TestOnPathWantsAWorkingRecentJupyterLab(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for JupyterLab is a shell script")
	}
	for _, test := range []struct{ name, script, want string }{
		{"none", "", "no JupyterLab on the PATH"},
		{"broken", "exit 1", "--version: exit status 1"},
		{"old", "echo 3.6.1", "version 3.6.1"},
		{"good", "echo 4.5.0", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			bin := t.TempDir()
			t.Setenv("PATH", bin)
			if test.script != "" {
				script := "#!/bin/sh\n" + test.script + "\n"
				if err := os.WriteFile(filepath.Join(bin, "jupyter-lab"), []byte(script), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			found, err := OnPath(t.Context())
			if test.want == "" {
				if err != nil || found.Version != "4.5.0" {
					t.Errorf("OnPath = %+v, %v", found, err)
				}
			} else if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error %v doesn't say %q", err, test.want)
			}
		})
	}
}

func TestRunIsAskedToStop(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for JupyterLab is a shell script")
	}
	script := filepath.Join(t.TempDir(), "jupyter-lab")
	// The stand-in says how it was started and then waits to be stopped.
	const text = `#!/bin/sh
trap 'echo stopped; exit 0' TERM
echo "$@" "$JUPYTER_PATH"
while :; do sleep 0.05; done
`
	if err := os.WriteFile(script, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = write
	defer func() { os.Stdout = stdout }()
	t.Setenv("JUPYTER_PATH", "/other")

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		Lab{Command: script, env: os.Environ()}.Run(ctx, Session{Folder: "/lessons", DataDirs: []string{"/prefix"}, Args: []string{"--no-browser"}})
		write.Close()
	}()
	lines := bufio.NewScanner(read)
	if !lines.Scan() {
		t.Fatal("JupyterLab wasn't started")
	}
	for _, want := range []string{"--ServerApp.root_dir=/lessons", "--no-browser", "/prefix:/other"} {
		if !strings.Contains(lines.Text(), want) {
			t.Errorf("JupyterLab was started with %q, which lacks %q", lines.Text(), want)
		}
	}
	cancel()
	if !lines.Scan() || lines.Text() != "stopped" {
		t.Errorf("after the cancellation JupyterLab says %q", lines.Text())
	}
	<-done
}
