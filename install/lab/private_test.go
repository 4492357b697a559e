package lab_test

import (
	"strings"
	"testing"

	"lockstep/install/lab"
	"lockstep/install/venv"
	"lockstep/kernel/jupytertest"
)

func TestPrivateIsThePinnedJupyterLab(t *testing.T) {
	if _, err := venv.FindPython(t.Context()); err != nil {
		jupytertest.Missing(t, "%v", err)
	}
	parent := t.TempDir()
	jupyter, err := lab.Private(t.Context(), parent, t.Output())
	if err != nil {
		jupytertest.Missing(t, "no private JupyterLab: %v", err)
	}
	if !strings.Contains(lab.Requirements(), "\njupyterlab=="+jupyter.Version+"\n") {
		t.Errorf("JupyterLab %s isn't the pinned one", jupyter.Version)
	}
	if !strings.HasPrefix(jupyter.Command, parent) {
		t.Errorf("JupyterLab is at %s, want it under %s", jupyter.Command, parent)
	}
}
