package jupytertest_test

import (
	"os/exec"
	"strings"
	"testing"

	"lockstep/kernel/jupytertest"
)

func TestPythonHasThePinnedPackages(t *testing.T) {
	python := jupytertest.Python(t)
	out, err := exec.Command(python, "-m", "pip", "freeze").CombinedOutput()
	if err != nil {
		t.Fatalf("pip freeze: %v\n%s", err, out)
	}
	have := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		have[pin(line)] = true
	}
	found := 0
	for line := range strings.Lines(jupytertest.Requirements()) {
		if strings.HasPrefix(line, "#") || strings.Contains(line, ";") {
			continue
		}
		found++
		if !have[pin(line)] {
			t.Errorf("%s isn't installed", pin(line))
		}
	}
	if found == 0 {
		t.Error("the requirements pin no package")
	}
	for _, name := range []string{"jupyterlab", "nbclient", "nbval", "jupyter-kernel-test", "ipykernel"} {
		if !strings.Contains(jupytertest.Requirements(), "\n"+name+"==") {
			t.Errorf("the requirements don't pin %s", name)
		}
	}
}

// pin is a requirement as pip compares it.
func pin(line string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(line)), "_", "-")
}
