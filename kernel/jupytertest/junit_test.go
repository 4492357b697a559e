package jupytertest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lockstep/kernel/jupytertest"
)

func TestPytestTellsHowEachTestEnded(t *testing.T) {
	const text = `
import pytest

def test_good(): pass

def test_bad(): assert 1 + 1 == 3, "sum"

def test_left(): pytest.skip("later")

@pytest.fixture
def broken(): raise OSError("no fixture")

def test_broken(broken): pass
`
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "test_sample.py"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	results := jupytertest.Isolated(t).Pytest(t.Context(), t, dir, "test_sample.py")
	want := []struct {
		name, failed string
		skipped      bool
	}{
		{"test_good", "", false},
		{"test_bad", "sum", false},
		{"test_left", "", true},
		{"test_broken", "no fixture", false},
	}
	if len(results) != len(want) {
		t.Fatalf("the results are %+v, want those of %d tests", results, len(want))
	}
	for i, want := range want {
		got := results[i]
		if got.Class != "test_sample" || got.Name != want.name || got.Skipped != want.skipped ||
			(got.Failed != "") != (want.failed != "") || !strings.Contains(got.Failed, want.failed) {
			t.Errorf("result %d is %+v, want %+v", i, got, want)
		}
	}
}
