package jupyterkerneltest_test

import (
	"context"
	"testing"
	"time"

	"lockstep/kernel/jupytertest"
)

// skipped are the tests of jupyter_kernel_test that have no sample in
// testdata/test_lockstep.py, with the reason.
var skipped = map[string]string{
	"test_history": "the kernel keeps no history",
	"test_pager":   "nothing in the kernel uses the pager",
}

// TestConformance runs jupyter_kernel_test.
func TestConformance(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	results := jupytertest.Installed(t).Pytest(ctx, t, "testdata", "test_lockstep.py")
	ended := map[string]jupytertest.PytestResult{}
	for _, result := range results {
		if result.Failed != "" {
			t.Errorf("%s: %s", result.Name, result.Failed)
		}
		// A test has a result of its own and one for each part that was skipped.
		if !ended[result.Name].Skipped {
			ended[result.Name] = result
		}
	}
	for name, result := range ended {
		if reason, listed := skipped[name]; result.Skipped && !listed {
			t.Errorf("%s was skipped", name)
		} else if !result.Skipped && listed {
			t.Errorf("%s is skipped no more, though listed because %s", name, reason)
		}
	}
	for name := range skipped {
		if _, found := ended[name]; !found {
			t.Errorf("there is no test %s", name)
		}
	}
}
