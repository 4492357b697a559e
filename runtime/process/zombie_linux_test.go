package process_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"lockstep/runtime/process"
)

// state is the letter of a process's state in the system's table, "" if it has none
// of that number.
func state(t *testing.T, pid int) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if os.IsNotExist(err) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(text, []byte(") "))
	return string(rest[:1])
}

// A process that has ended stays in the system's table until it is joined, however it
// ended.
func TestAProcessIsAZombieUntilItIsJoined(t *testing.T) {
	returned, killed := process.Start(nothing), process.Start(forever)
	if s := state(t, killed.PID()); s == "" || s == "Z" {
		t.Errorf("it runs in the state %q", s)
	}
	killed.Kill()
	for _, p := range []*process.Process{returned, killed} {
		<-p.Done()
		for range 2 { // asking for its end doesn't change that
			if s := state(t, p.PID()); s != "Z" || p.Alive() {
				t.Errorf("%v, exit code %d, has the state %q before Join, alive %v", p, p.ExitCode(), s, p.Alive())
			}
		}
		process.Children()
		if s := state(t, p.PID()); s != "Z" {
			t.Errorf("Children has reaped %v: state %q", p, s)
		}
		p.Join()
		if s := state(t, p.PID()); s != "" {
			t.Errorf("%v has the state %q after Join", p, s)
		}
	}
}
