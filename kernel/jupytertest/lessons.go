package jupytertest

import (
	"os"
	"path/filepath"
	"testing"

	"lockstep/install/setup"
)

// Lessons returns the folder of a copy of all lessons, which the test may run
// in place: what they leave behind goes with it.
func Lessons(t testing.TB) string {
	t.Helper()
	source, err := setup.SourceDir(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "lessons")
	if err := os.CopyFS(folder, os.DirFS(filepath.Join(source, "lessons"))); err != nil {
		t.Fatalf("copy the lessons: %v", err)
	}
	return folder
}
