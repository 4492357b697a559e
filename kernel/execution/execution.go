// Package execution is the vocabulary that the Jupyter side and the Go side of
// the kernel share: what running a cell takes, shows and ends with.
package execution

import (
	"context"
	"errors"
)

// Request asks for one cell to be run.
type Request struct {
	// Number is the n of In[n] under which errors name the cell. It is unique
	// in a session.
	Number int
	// Code is the cell's text.
	Code string
	// Silent says that the cell's value must not be shown.
	Silent bool
	// Expression says that the code must be a single expression.
	Expression bool
}

// Stream names one of the two text streams of a cell.
type Stream string

// The two streams, by the names that Jupyter gives them.
const (
	Stdout Stream = "stdout"
	Stderr Stream = "stderr"
)

// Output receives what a cell shows. Calls for one cell come in the order in
// which the cell made them; they may come after the cell has ended, from a
// goroutine that it left running. A call may block: that is the back-pressure
// on the cell.
type Output interface {
	Stream(name Stream, text string)
	Display(Display)
	Clear(wait bool)
	// Ask asks something of the front end that ran the cell, when the cell ends well.
	Ask(Payload)
	// Comm talks to the front end. The close of a comm that the cell had open comes
	// also when its process has ended.
	Comm(Comm)
	// Input asks the user for a line, without its line feed. It fails with
	// ErrNoInput where the front end can't ask, and with ctx's error.
	Input(ctx context.Context, prompt string, password bool) (string, error)
}

// Examiner is an Output that is also told how exercises were checked.
type Examiner interface {
	Verdict(Verdict)
}

// Verdict is what the check of an exercise has come to.
type Verdict struct {
	Exercise string `json:"exercise"`
	Passed   bool   `json:"passed"`
	// Reasons say why it isn't passed.
	Reasons []string `json:"reasons,omitempty"`
}

// ErrNoInput is Input's answer where the front end does not take input.
var ErrNoInput = errors.New("this front end does not take input: the cell was run with allow_stdin false")

// Display is one rich output: the same thing in one or more formats.
type Display struct {
	// Data maps a MIME type to text, to base64 for binary formats, or to a JSON
	// value for application/json.
	Data     map[string]any `json:"data"`
	Metadata map[string]any `json:"metadata,omitempty"`
	// ID names the display so that a later one with Update set replaces it.
	ID     string `json:"id,omitempty"`
	Update bool   `json:"update,omitempty"`
	// Value marks the value of the cell's last expression: Out[n].
	Value bool `json:"value,omitempty"`
}

// Payload is what a cell asks of the front end that ran it.
type Payload struct {
	Source PayloadSource `json:"source"`
	// Data is what a pager shows, as in a Display.
	Data map[string]any `json:"data,omitempty"`
	// Text is that of the next cell, which with Replace is this one.
	Text    string `json:"text,omitempty"`
	Replace bool   `json:"replace,omitempty"`
}

// Comm is a message in a comm, a conversation between code in the front end and
// code in cells; in either direction.
type Comm struct {
	Kind CommKind `json:"kind"`
	ID   string   `json:"id"`
	// Target names what is talked to; only where Kind is CommOpen.
	Target string         `json:"target,omitempty"`
	Data   map[string]any `json:"data"`
}

// CommKind is what a Comm does.
type CommKind string

// The kinds of comm messages.
const (
	CommOpen  CommKind = "open"
	CommMsg   CommKind = "msg"
	CommClose CommKind = "close"
)

// PayloadSource is the kind of a Payload, by Jupyter's name.
type PayloadSource string

// The kinds of payloads.
const (
	Page     PayloadSource = "page"           // show this apart from the outputs
	NextCell PayloadSource = "set_next_input" // offer this as the next cell
)

// Failure is how a cell ends that did not succeed.
type Failure struct {
	// Name is the kind of error: Jupyter's ename.
	Name string `json:"name"`
	// Value is the message: Jupyter's evalue.
	Value string `json:"value"`
	// Traceback is the whole report, a line an entry, with ANSI colours.
	Traceback []string `json:"traceback,omitempty"`
}

// The names of failures.
const (
	CompileError = "compile error" // the cell's text is not valid Go; nothing ran
	Panic        = "panic"         // the cell panicked; what ran before keeps its effects
	WorkerDied   = "worker died"   // the process that ran the cell ended
	Interrupted  = "interrupted"   // the user stopped the cell
	Deadlock     = "deadlock"      // all goroutines wait for each other
)

func (f *Failure) Error() string { return f.Name + ": " + f.Value }

// Completeness says whether a cell's text could be run as it stands.
type Completeness struct {
	Status Completion
	// Indent is what a next line should start with; only where Status is Incomplete.
	Indent string
}

// Completion is the status in a Completeness, by Jupyter's names.
type Completion string

// The values of Completion.
const (
	Complete   Completion = "complete"
	Incomplete Completion = "incomplete"
	Invalid    Completion = "invalid"
	Unknown    Completion = "unknown"
)

// Engine runs cells. One cell runs at a time: Execute is not called again
// before it has returned. The other methods may be called at any time.
type Engine interface {
	// Execute runs a cell. When ctx is cancelled the cell is interrupted, and
	// Execute returns within a second. A nil Failure is success.
	Execute(ctx context.Context, request Request, out Output) *Failure
	IsComplete(code string) Completeness
	// Complete finds what could stand at a cursor in a cell that need be neither
	// whole nor right. The cursor counts bytes; one that lies outside the cell is
	// moved to its nearer end. Where there is nothing to offer, the Completions
	// have no items, and Start and End at the cursor.
	Complete(code string, cursor int) Completions
	// Inspect says what the name at a cursor is, or the function between whose
	// arguments the cursor stands, and whether there is anything to say. A detail of
	// 1 or more asks for more: a type's fields and methods, a function's source. It
	// takes the same cells and cursors as Complete.
	Inspect(code string, cursor, detail int) (Inspection, bool)
	// Comm hands what the front end says in a comm to the code of cells, and waits
	// until that has dealt with it. known is false where nobody has such a comm, or
	// such a target. It may be called while a cell runs.
	Comm(ctx context.Context, c Comm) (known bool, failure *Failure)
	// Fork returns an engine that runs cells beside this one. It knows what has been
	// declared so far, and declares for itself; whether it shares variables is up to
	// the language. It is the caller's to close.
	Fork() (Engine, error)
	// Close ends the engine's processes. It waits until they have ended and what
	// they showed has been handed over.
	Close() error
}
