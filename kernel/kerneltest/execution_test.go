package kerneltest_test

import (
	"context"
	"fmt"
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

// witness is a test that notes its failures.
type witness struct {
	testing.TB
	failures []string
}

func (w *witness) Errorf(format string, args ...any) {
	w.failures = append(w.failures, fmt.Sprintf(format, args...))
}

func TestAnAssertionThatDoesNotHoldFails(t *testing.T) {
	w := &witness{TB: t}
	k := kerneltest.StartSession(w, kerneltest.Script{
		"value": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
			out.Display(execution.Display{Data: map[string]any{"text/plain": "1"}, Value: true})
			return nil
		},
	}, nil)
	printing, failing := k.Execute("print a"), k.Execute("unknown")
	failing.Fails(execution.CompileError, "script")
	value := k.Execute("value")

	holds := map[string]func(){
		"OK":     func() { printing.OK() },
		"Stdout": func() { printing.Stdout("a\n") },
		"Stderr": func() { printing.Stderr("") },
		"Count":  func() { printing.Count(1) },
		"Fails":  func() { failing.Fails(execution.CompileError, "script") },
		"Value":  func() { value.Value("1") },
		"Report": func() { failing.Report("not in the script") },
		"quiet":  func() { k.Execute("").Silence() },
	}
	for name, assert := range holds {
		w.failures = nil
		if assert(); len(w.failures) != 0 {
			t.Errorf("%s holds, but fails: %q", name, w.failures)
		}
	}
	fails := map[string]func(){
		"OK of a failure":          func() { failing.OK() },
		"Stdout":                   func() { printing.Stdout("b\n") },
		"Stderr":                   func() { printing.Stderr("a\n") },
		"Count":                    func() { printing.Count(2) },
		"Fails of a success":       func() { printing.Fails(execution.CompileError, "") },
		"Fails with another name":  func() { failing.Fails(execution.Panic, "script") },
		"Fails with another text":  func() { failing.Fails(execution.CompileError, "elephant") },
		"another Report":           func() { failing.Report("not in the script", "nor here") },
		"Aborted of a success":     func() { printing.Aborted() },
		"Silence of output":        func() { printing.Silence() },
		"Value without a value":    func() { printing.Value("1") },
		"another Value":            func() { value.Value("2") },
		"Value in another format":  func() { value.ValueAs("text/html", "1") },
		"Displays without display": func() { value.Displays("text/plain", "1") },
	}
	for name, assert := range fails {
		w.failures = nil
		if assert(); len(w.failures) == 0 {
			t.Errorf("%s does not hold, but does not fail", name)
		}
	}
	w.failures = nil
	k.Ask(protocol.Control, protocol.ShutdownRequest{})
	if k.Stop(); len(w.failures) != 0 {
		t.Errorf("the end fails: %q", w.failures)
	}
}
