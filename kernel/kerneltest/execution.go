package kerneltest

import (
	"regexp"
	"strings"

	"lockstep/kernel/protocol"
)

// Option changes the flags of an execution. Without one they are those of a
// notebook: everything is allowed, stored, and stops on an error.
type Option func(*protocol.ExecuteRequest)

// The flags of an execution.
var (
	Silent    Option = func(r *protocol.ExecuteRequest) { r.Silent = true }
	NoHistory Option = func(r *protocol.ExecuteRequest) { r.StoreHistory = false }
	NoStdin   Option = func(r *protocol.ExecuteRequest) { r.AllowStdin = false }
	GoOn      Option = func(r *protocol.ExecuteRequest) { r.StopOnError = false } // also after an error
)

// Execution is a cell that was sent to be run. Each method below waits for what
// it asserts, fails the test if that isn't so, and returns the execution, so that
// they chain.
type Execution struct {
	ID     string // of the execute request
	k      *Kernel
	code   string
	asked  int // how many questions have been answered
	answer Entries
}

// Execute sends a cell; it does not wait for it to run.
func (k *Kernel) Execute(code string, options ...Option) *Execution {
	k.t.Helper()
	r := protocol.ExecuteRequest{Code: code, StoreHistory: true, AllowStdin: true, StopOnError: true}
	for _, o := range options {
		o(&r)
	}
	return &Execution{ID: k.Post(protocol.Shell, nil, r), k: k, code: code}
}

// Wait waits for reply and idle, and returns all that the execution has brought.
func (e *Execution) Wait() Entries {
	e.k.t.Helper()
	if e.answer == nil {
		e.answer = e.k.AwaitAnswer(e.ID, true)
	}
	return e.answer
}

// Reply waits for the reply.
func (e *Execution) Reply() protocol.ExecuteReply {
	e.k.t.Helper()
	return Read[protocol.ExecuteReply](e.k.t, e.Wait().On(protocol.Shell)[0])
}

// OK asserts that the cell succeeded.
func (e *Execution) OK() *Execution {
	e.k.t.Helper()
	if r := e.Reply(); r.Status != protocol.StatusOK {
		e.k.t.Errorf("%s\nfailed: %s: %s\n%s", e.code, r.EName, r.EValue, strings.Join(r.Traceback, "\n"))
	}
	return e
}

// Fails asserts that the cell failed with this name and a message that contains
// text, and that the error was shown once.
func (e *Execution) Fails(ename, text string) *Execution {
	e.k.t.Helper()
	r := e.Reply()
	if r.Status != protocol.StatusError || r.EName != ename || !strings.Contains(r.EValue, text) {
		e.k.t.Errorf("%s\nended as %s, %s: %s\nwant %s: …%s…", e.code, r.Status, r.EName, r.EValue, ename, text)
	}
	shown := e.Wait().On(protocol.IOPub).Of("error")
	if len(shown) != 1 {
		e.k.t.Errorf("%s\nshowed %d errors, want 1", e.code, len(shown))
	} else if got := Read[protocol.Error](e.k.t, shown[0]); got.EName != r.EName || got.EValue != r.EValue {
		e.k.t.Errorf("%s\nshowed %s: %s, but the reply says %s: %s", e.code, got.EName, got.EValue, r.EName, r.EValue)
	}
	return e
}

// Report asserts the whole report of the cell's failure, without its colours, a
// line an argument.
func (e *Execution) Report(want ...string) *Execution {
	e.k.t.Helper()
	got := colours.ReplaceAllString(strings.Join(e.Reply().Traceback, "\n"), "")
	if text := strings.Join(want, "\n"); got != text {
		e.k.t.Errorf("%s\nreported\n%s\nwant\n%s", e.code, got, text)
	}
	return e
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Aborted asserts that the cell was not run, because one before it failed.
func (e *Execution) Aborted() *Execution {
	e.k.t.Helper()
	if r := e.Reply(); r.Status != protocol.StatusError || r.EName != protocol.Aborted {
		e.k.t.Errorf("%s\nended as %s %s, want aborted", e.code, r.Status, r.EName)
	}
	return e.Silence()
}

// Count asserts the execution_count of the reply.
func (e *Execution) Count(want int) *Execution {
	e.k.t.Helper()
	switch got := e.Reply().ExecutionCount; {
	case got == nil:
		e.k.t.Errorf("%s\nhas no execution_count, want %d", e.code, want)
	case *got != want:
		e.k.t.Errorf("%s\nexecution_count = %d, want %d", e.code, *got, want)
	}
	return e
}

// Stdout asserts all that the cell printed until its end.
func (e *Execution) Stdout(want string) *Execution {
	e.k.t.Helper()
	return e.stream("stdout", want)
}

// Stderr asserts all that the cell wrote to stderr until its end.
func (e *Execution) Stderr(want string) *Execution {
	e.k.t.Helper()
	return e.stream("stderr", want)
}

func (e *Execution) stream(name, want string) *Execution {
	e.k.t.Helper()
	if got := e.text(e.Wait(), name); got != want {
		e.k.t.Errorf("%s\n%s = %q, want %q", e.code, name, got, want)
	}
	return e
}

// Printed is all that the cell printed until its end.
func (e *Execution) Printed() string {
	e.k.t.Helper()
	return e.text(e.Wait(), "stdout")
}

func (e *Execution) text(all Entries, name string) string {
	e.k.t.Helper()
	var text strings.Builder
	for _, m := range all.Of("stream") {
		if s := Read[protocol.Stream](e.k.t, m); s.Name == name {
			text.WriteString(s.Text)
		}
	}
	return text.String()
}

// Prints waits until the cell has printed text, which may be before its end or,
// from a goroutine, after it.
func (e *Execution) Prints(text string) *Execution {
	e.k.t.Helper()
	e.k.Await("the output "+text, func(all Entries) bool {
		return strings.Contains(e.text(all.For(e.ID), "stdout"), text)
	})
	return e
}

// Value asserts the text of the cell's value.
func (e *Execution) Value(want string) *Execution {
	e.k.t.Helper()
	return e.ValueAs("text/plain", want)
}

// ValueAs asserts the cell's value in some format.
func (e *Execution) ValueAs(mime string, want any) *Execution {
	e.k.t.Helper()
	results := e.Wait().Of("execute_result")
	if len(results) != 1 {
		e.k.t.Errorf("%s\nshowed %d values, want 1", e.code, len(results))
		return e
	}
	if got := Read[protocol.ExecuteResult](e.k.t, results[0]).Data[mime]; got != want {
		e.k.t.Errorf("%s\nvalue as %s = %q, want %q", e.code, mime, got, want)
	}
	return e
}

// Displays asserts that one of the cell's displays holds text in this format.
func (e *Execution) Displays(mime, text string) *Execution {
	e.k.t.Helper()
	displays := e.Wait().Of("display_data")
	for _, m := range displays {
		if got, ok := Read[protocol.DisplayData](e.k.t, m).Data[mime].(string); ok && strings.Contains(got, text) {
			return e
		}
	}
	e.k.t.Errorf("%s\nshowed no %s with %q, but\n%s", e.code, mime, text, describe(displays))
	return e
}

// Silence asserts that the cell showed nothing.
func (e *Execution) Silence() *Execution {
	e.k.t.Helper()
	shown := e.Wait().Of("stream", "display_data", "update_display_data", "execute_result", "error", "clear_output")
	if len(shown) > 0 {
		e.k.t.Errorf("%s\nshowed\n%s, want nothing", e.code, describe(shown))
	}
	return e
}

// AsksFor waits until the cell asks for input with this prompt.
func (e *Execution) AsksFor(prompt string) *Execution {
	e.k.t.Helper()
	if got := Read[protocol.InputRequest](e.k.t, e.question()).Prompt; got != prompt {
		e.k.t.Errorf("%s\nasked %q, want %q", e.code, got, prompt)
	}
	return e
}

// AnswerInput waits until the cell asks for input, and answers.
func (e *Execution) AnswerInput(line string) *Execution {
	e.k.t.Helper()
	question := e.question()
	e.asked++
	e.k.Post(protocol.Stdin, question.Message, protocol.InputReply{Status: protocol.StatusOK, Value: line})
	return e
}

// question waits for the first question that is not answered yet.
func (e *Execution) question() Entry {
	e.k.t.Helper()
	var questions Entries
	all := e.k.Await("a question", func(all Entries) bool {
		questions = all.For(e.ID).On(protocol.Stdin)
		return len(questions) > e.asked || all.For(e.ID).isAnswered(true)
	})
	if len(questions) <= e.asked {
		e.k.t.Fatalf("%s\nended without asking for input:\n%s", e.code, describe(all.For(e.ID)))
	}
	return questions[e.asked]
}
