package jupytertest_test

import (
	"os/exec"
	"strings"
	"testing"

	"lockstep/install/lab"
	"lockstep/kernel/jupytertest"
)

func TestPythonHasThePinnedPackages(t *testing.T) {
	python := jupytertest.Python(t)
	// Without --all what pip itself needs is left out.
	out, err := exec.Command(python, "-m", "pip", "freeze", "--all").CombinedOutput()
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
	for _, name := range []string{"jupyterlab", "nbclient", "nbval", "jupyter-kernel-test", "ipykernel", "nbgrader"} {
		if !strings.Contains(jupytertest.Requirements(), "\n"+name+"==") {
			t.Errorf("the requirements don't pin %s", name)
		}
	}
}

// TestPinsAgree keeps the JupyterLab that a learner gets the one that is tested.
func TestPinsAgree(t *testing.T) {
	tested := map[string]bool{}
	for line := range strings.Lines(jupytertest.Requirements()) {
		tested[line] = true
	}
	pins := 0
	for line := range strings.Lines(lab.Requirements()) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		pins++
		if !tested[line] {
			t.Errorf("install/lab pins %s, and kernel/jupytertest doesn't", strings.TrimSpace(line))
		}
	}
	if pins == 0 {
		t.Error("install/lab pins nothing")
	}
}

// pin is a requirement as pip compares it.
func pin(line string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(line)), "_", "-")
}
