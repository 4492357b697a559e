package venv_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"lockstep/install/venv"
)

func TestFindPythonSaysWhatItTried(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for Python is a shell script")
	}
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	if _, err := venv.FindPython(t.Context()); !errors.Is(err, venv.ErrNoPython) {
		t.Errorf("without any Python the error is %v, want ErrNoPython", err)
	}

	old := filepath.Join(bin, "python3")
	if err := os.WriteFile(old, []byte("#!/bin/sh\necho it is Python 3.7 >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := venv.FindPython(t.Context())
	if !errors.Is(err, venv.ErrNoPython) || !strings.Contains(err.Error(), old+": it is Python 3.7") {
		t.Errorf("the error %v doesn't say that %s is too old", err, old)
	}
}
