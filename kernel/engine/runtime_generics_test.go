package engine_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"lockstep/kernel/kerneltest"
)

// Programs that use the runtime's generic types print as cells what they print
// when Go compiles them.
func TestRuntimeGenerics(t *testing.T) {
	programs, err := filepath.Glob("testdata/runtime/*.go")
	if err != nil || len(programs) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	k := kerneltest.Start(t)
	for _, file := range programs {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, err := exec.Command("go", "run", file).CombinedOutput()
			if err != nil {
				t.Fatalf("go run: %v\n%s", err, want)
			}
			if got := printed(t, k, string(source)); got != string(want) {
				t.Errorf("as a cell it prints\n%s\ncompiled\n%s", got, want)
			}
		})
	}
}
