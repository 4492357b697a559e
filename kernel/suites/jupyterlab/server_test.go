package jupyterlab_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"lockstep/kernel/jupytertest"
)

// settings are what a learner could have set in JupyterLab's settings: all
// cells are in the page, also those that are scrolled out of sight, and
// nothing is fetched from outside.
var settings = map[string]string{
	"@jupyterlab/notebook-extension/tracker.jupyterlab-settings":      `{"windowingMode": "none"}`,
	"@jupyterlab/apputils-extension/notification.jupyterlab-settings": `{"fetchNews": "false", "checkForUpdates": false}`,
}

// startServer starts JupyterLab on the folder and returns its address, with
// the token. It ends with the test.
func startServer(t *testing.T, jupyter *jupytertest.Env, folder string) string {
	t.Helper()
	own := t.TempDir()
	for name, text := range settings {
		path := filepath.Join(own, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := jupyter.Command(t.Context(), "jupyter-lab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
		"--expose-app-in-browser", "--LabServerApp.user_settings_dir="+own, "--ServerApp.root_dir="+folder)
	cmd.Dir = folder
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	log := bufio.NewScanner(stderr)
	address := jupytertest.ServerURL(t, log)
	// The log is read all along: a full pipe would stop the server.
	var rest strings.Builder
	var reading sync.WaitGroup
	reading.Go(func() {
		for log.Scan() {
			rest.WriteString(log.Text() + "\n")
		}
	})
	t.Cleanup(func() {
		// The test's context has ended: the server is on its way down.
		reading.Wait()
		cmd.Wait()
		if t.Failed() {
			t.Logf("JupyterLab's log:\n%s", rest.String())
		}
	})
	return address
}
