package jupytertest_test

import (
	"os"
	"strings"
	"testing"

	"lockstep/kernel/jupytertest"
)

func TestIsolatedKeepsOutOfTheUsersFolders(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	jupyter := jupytertest.Isolated(t)
	out, err := jupyter.Command(t.Context(), "jupyter", "--paths").Output()
	if err != nil {
		t.Fatalf("jupyter --paths: %v", err)
	}
	section := ""
	for line := range strings.Lines(string(out)) {
		path := strings.TrimSpace(line)
		if strings.HasSuffix(path, ":") {
			section = path
			continue
		}
		// The environment's own folder may be in the user's cache.
		if section == "data:" && strings.HasPrefix(path, home) && !strings.Contains(path, "jupytertest-") {
			t.Errorf("Jupyter looks for kernels in the user's %s", path)
		}
		if section == "runtime:" && strings.HasPrefix(path, home) {
			t.Errorf("Jupyter keeps its runtime files in the user's %s", path)
		}
	}
	if section == "" {
		t.Errorf("jupyter --paths says\n%s", out)
	}
}
