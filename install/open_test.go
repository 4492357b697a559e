//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path"
	"syscall"
	"testing"

	"lockstep/kernel/jupytertest"
)

// TestLabOpensTheLessons runs `install -lab` with a JupyterLab on the PATH and
// asks that JupyterLab what it shows.
func TestLabOpensTheLessons(t *testing.T) {
	jupyter := jupytertest.Isolated(t)
	cmd := command(t, ".", "-prefix", jupyter.Prefix, "-lab", "--lessons=zh", "--", "--no-browser", "--ip=127.0.0.1", "--port=0")
	cmd.Env = append(cmd.Env, jupyter.Environ()...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	log := bufio.NewScanner(stderr)
	t.Cleanup(func() {
		for log.Scan() {
		}
		cmd.Wait()
	})
	address := jupytertest.ServerURL(t, log)

	var specs struct {
		Kernelspecs map[string]struct {
			Spec struct {
				DisplayName string `json:"display_name"`
			} `json:"spec"`
			Resources map[string]string `json:"resources"`
		} `json:"kernelspecs"`
	}
	get(t, address, "/api/kernelspecs", &specs)
	spec := specs.Kernelspecs["lockstep"]
	if spec.Spec.DisplayName != "Go (Lockstep)" {
		t.Errorf("JupyterLab doesn't offer the kernel: %+v", specs)
	}
	for _, logo := range []string{"logo-32x32", "logo-64x64", "logo-svg"} {
		if spec.Resources[logo] == "" {
			t.Errorf("JupyterLab has no %s among %v", logo, spec.Resources)
		}
	}
	var folder struct {
		Content []struct {
			Name string `json:"name"`
		} `json:"content"`
	}
	get(t, address, "/api/contents", &folder)
	want, err := os.ReadDir("../lessons/zh")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, file := range folder.Content {
		shown[file.Name] = true
	}
	for _, file := range want {
		if path.Ext(file.Name()) == ".ipynb" && !shown[file.Name()] {
			t.Errorf("JupyterLab doesn't show the lesson %s", file.Name())
		}
	}

	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for log.Scan() {
	}
	if resp, err := http.Get(address); err == nil {
		resp.Body.Close()
		t.Error("JupyterLab still answers after install has ended")
	}
}

// get decodes what JupyterLab answers at the path.
func get(t *testing.T, address, path string, into any) {
	t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	at.Path = path
	resp, err := http.Get(at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", path, resp.Status, err)
	}
}
