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

// The package that declares a type can be one that no cell can import.
func TestTypesGoByTheNamesUnderWhichTheyAreExported(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`import ("errors"; "lockstep/runtime/queue")
q := queue.New[int](1)
var m *queue.Misuse
func misuse() (err error) { defer func() { err, _ = recover().(error) }(); q.TaskDone(); return nil }
errors.As(misuse(), &m)`).Value("true")
	k.Execute("list := []queue.Misuse{*m}\nfunc same(m *queue.Misuse) bool { return errors.Is(m, queue.ErrTaskDone) }\nsame(&list[0])").Value("true")
}
