package jupyterkerneltest_test

import (
	"context"
	"testing"
	"time"

	"lockstep/kernel/jupytertest"
)

// theirs is how many tests jupyter_kernel_test 0.7.0 has for a kernel, those for
// iopub_welcome among them. None may be skipped.
const theirs = 13

// TestConformance runs jupyter_kernel_test.
func TestConformance(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	results := jupytertest.Installed(t).Pytest(ctx, t, "testdata", "test_lockstep.py")
	ran := map[string]bool{} // parts of tests have results of their own
	for _, result := range results {
		switch {
		case result.Failed != "":
			t.Errorf("%s: %s", result.Name, result.Failed)
		case result.Skipped:
			t.Errorf("%s was skipped", result.Name)
		}
		if result.Class != "test_lockstep.OwnTests" {
			ran[result.Name] = true
		}
	}
	if len(ran) != theirs {
		t.Errorf("%d tests of jupyter_kernel_test ran, want %d: %v", len(ran), theirs, ran)
	}
}
