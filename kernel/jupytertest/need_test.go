package jupytertest_test

import (
	"fmt"
	"testing"

	"lockstep/kernel/jupytertest"
)

// verdict is a test that notes how it is ended.
type verdict struct {
	testing.TB
	failed, skipped string
}

func (v *verdict) Helper() {}

func (v *verdict) Fatalf(format string, args ...any) { v.failed = fmt.Sprintf(format, args...) }

func (v *verdict) Skipf(format string, args ...any) { v.skipped = fmt.Sprintf(format, args...) }

func TestMissingSkipsExceptWhereNothingMayBeMissing(t *testing.T) {
	for _, test := range []struct{ strict, failed, skipped string }{
		{"", "", "no thing here"},
		{"0", "", "no thing here"},
		{"1", "no thing here", ""},
	} {
		t.Setenv("LOCKSTEP_CI", test.strict)
		var v verdict
		jupytertest.Missing(&v, "no %s here", "thing")
		if v.failed != test.failed || v.skipped != test.skipped {
			t.Errorf("with LOCKSTEP_CI=%s the test failed with %q and was skipped with %q", test.strict, v.failed, v.skipped)
		}
	}
}
