package link

import (
	"lockstep/kernel/execution"
	"lockstep/kernel/worker/celltype"
)

// Message is one of this package's message types, as a value: Run, Done, ….
type Message interface {
	// kind is the type's name in the envelope.
	kind() string
}

// Run asks the worker to run one cell.
type Run struct {
	Cell  int    `json:"cell"`
	Units []Unit `json:"units"`
	// Pipes numbers the pair of pipes that the cell's output goes to. The two
	// write ends, stdout first, travel with the first Run that names them; the
	// worker keeps them. Supervisors set it.
	Pipes int `json:"pipes"`
}

// Unit is a piece of lowered Go: one source file of package main, compiled as a
// whole, and a niladic function of it that is called afterwards.
type Unit struct {
	// Name is the same for all forms of one unit.
	Name string `json:"name,omitempty"`
	// Imports are the paths of all packages that Source imports. The packages ʹt,
	// ʹv and ʹrt, of the session's types, its variables and the functions of
	// package core, need not be among them.
	Imports []string `json:"imports"`
	// Types are declared before Source is compiled, which knows them as ʹt.Name.
	Types []celltype.Decl `json:"types,omitempty"`
	// Packages are the import paths of the packages that the expressions of Types
	// and Vars name, by those names.
	Packages map[string]string `json:"packages,omitempty"`
	// Needs are the names of functions of earlier units that this one refers to; names
	// of types and variables may be among them.
	Needs []string `json:"needs,omitempty"`
	// Forget names earlier units that no later one will refer to.
	Forget []string `json:"forget,omitempty"`
	// Vars are made after Types. Source knows a variable as a pointer: *ʹv.name.
	Vars []Var `json:"vars,omitempty"`
	// Files are compiled before Source. They have nothing but the imports that parts
	// of Source need which are taken over from other cells.
	Files []string `json:"files,omitempty"`
	// Source is the file. Its //line directives name places in the cell, In[3]:2:5,
	// and in other cells, In[1]@3:2:5.
	Source string `json:"source"`
	// Entry is the function to call, "" for none.
	Entry string `json:"entry,omitempty"`
	// Process is what it takes to run functions of the unit in other processes.
	Process Process `json:"process,omitzero"`
}

// Process says what a unit declares, so that another process can be given just
// that, and what it refers to.
type Process struct {
	// Declarations is the length of the part of Source without the statements.
	Declarations int `json:"declarations,omitempty"`
	// Header is what a file of more declarations of the unit has to begin with.
	Header string `json:"header,omitempty"`
	// Setup is the niladic function that makes the unit's methods known, "" for none.
	Setup string `json:"setup,omitempty"`
	// Refers leads from the names of the unit's functions, types and variables, and
	// the entries of Initial, to the names that they refer to.
	Refers map[string][]string `json:"refers,omitempty"`
	// Initial are the initialisers of variables, Set the variables that only a
	// statement gives a value.
	Initial []Initial `json:"initial,omitempty"`
	Set     []string  `json:"set,omitempty"`
}

// Initial gives variables their first values.
type Initial struct {
	Vars  []string `json:"vars"`
	Entry string   `json:"entry"`
	// Source is the niladic function Entry, to be appended to the unit's.
	Source string `json:"source"`
}

// Var is a variable of the session. One of the same name replaces it for units
// that come later.
type Var struct {
	Name string `json:"name"`
	// Type is an expression as in a celltype.Decl.
	Type string `json:"type"`
}

// Cancel asks the worker to unwind the running cell.
type Cancel struct {
	Cell int `json:"cell"`
}

// InputReply answers an Input.
type InputReply struct {
	Cell int    `json:"cell"`
	Text string `json:"text"`
	// Err says why there is no input, "" if there is.
	Err string `json:"err,omitempty"`
}

// MemoryVariable is the environment variable that says how much memory a worker
// may use, "2GiB" or "500 MB" say; "none" is as much as there is. Without it that
// is half of what the machine or the container has.
const MemoryVariable = "LOCKSTEP_MEMORY"

// SandboxVariable is the environment variable that names the folder which a
// worker's cells may not leave: functions of package os find files there only.
const SandboxVariable = "LOCKSTEP_SANDBOX"

// Ready is the worker's first message.
type Ready struct {
	PID int `json:"pid"`
	// Token begins every mark that this worker writes into its output; see
	// AppendMark.
	Token string `json:"token"`
	// Memory is how many bytes of data the worker may have, 0 if nothing limits it.
	Memory uint64 `json:"memory,omitempty"`
}

// Done ends a cell.
type Done struct {
	Cell int `json:"cell"`
	// Error is nil if the cell succeeded.
	Error *Error `json:"error,omitempty"`
	// Declared is how many of the cell's declaring statements had completed.
	Declared int `json:"declared"`
	// Busy says that goroutines started by the cell are still running.
	Busy bool `json:"busy,omitempty"`
	// Idle names earlier cells that were busy and have no goroutine left.
	Idle []int `json:"idle,omitempty"`
	// Mark ends what the cell printed so far, Native what the worker's own
	// descriptors 1 and 2 received.
	Mark   uint64 `json:"mark"`
	Native uint64 `json:"native"`
}

// Error is a failure as the worker sees it, before it is rendered for people.
type Error struct {
	// Name is execution.CompileError (the interpreter refused the lowered code),
	// execution.Panic or execution.Interrupted.
	Name string `json:"name"`
	// Value is the message or the text of the panic's value.
	Value string `json:"value"`
	// Frames are the cells' own frames, innermost first.
	Frames []Frame `json:"frames,omitempty"`
	// Notes are more sentences for the user.
	Notes []string `json:"notes,omitempty"`
}

// Frame is a place in a cell. In the frames of a panic the interpreter knows the
// function only: the place is then where its first statement begins.
type Frame struct {
	// Function is the name as lowered code has it, "" where none is known.
	Function string `json:"function,omitempty"`
	Cell     int    `json:"cell"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	// Exact says that Line and Column are of the very statement. Otherwise they
	// are the beginning of the function.
	Exact bool `json:"exact,omitempty"`
}

// Display shows something, after what the cell has printed so far.
type Display struct {
	Cell int    `json:"cell"`
	Mark uint64 `json:"mark"`
	execution.Display
}

// Clear removes the cell's outputs so far.
type Clear struct {
	Cell int    `json:"cell"`
	Mark uint64 `json:"mark"`
	Wait bool   `json:"wait"`
}

// Turn says that the cell goes on to print to its other stream. What it has printed
// is shown before anything that comes after.
type Turn struct {
	Cell int    `json:"cell"`
	Mark uint64 `json:"mark"`
}

// Ask asks something of the front end that ran the cell.
type Ask struct {
	Cell int    `json:"cell"`
	Mark uint64 `json:"mark"`
	execution.Payload
}

// Verdict says how an exercise was checked.
type Verdict struct {
	Cell int    `json:"cell"`
	Mark uint64 `json:"mark"`
	execution.Verdict
}

// Comm is a message in a comm, in either direction.
type Comm struct {
	// Cell and Mark are the worker's.
	Cell int    `json:"cell,omitempty"`
	Mark uint64 `json:"mark,omitempty"`
	// Serial is the front's, for the CommDone that answers.
	Serial uint64 `json:"serial,omitempty"`
	execution.Comm
}

// CommDone says that the worker has dealt with a Comm.
type CommDone struct {
	Serial uint64 `json:"serial"`
	// Known says that there is such a comm, or such a target.
	Known bool `json:"known"`
	// Err is the panic of a handler, "" if there was none.
	Err string `json:"err,omitempty"`
}

// Input asks the user for a line.
type Input struct {
	Cell     int    `json:"cell"`
	Mark     uint64 `json:"mark"`
	Prompt   string `json:"prompt"`
	Password bool   `json:"password"`
}

// Exit announces that a cell ends the worker with os.Exit.
type Exit struct {
	Cell int `json:"cell"`
	Code int `json:"code"`
}

// Crash announces that a goroutine of a cell panics and ends the worker.
type Crash struct {
	Cell int `json:"cell"`
	// Goroutine is the number that crash text gives the goroutine.
	Goroutine uint64 `json:"goroutine"`
	Error     Error  `json:"error"`
}

// Trace is one frame that a panic unwinds on a goroutine which nothing of the
// worker guards. The front needs it only if that panic ends the worker.
type Trace struct {
	Cell int `json:"cell"`
	// Goroutine is the number that crash text gives the goroutine.
	Goroutine uint64 `json:"goroutine"`
	// Depth is how many frames of the same panic came before.
	Depth int   `json:"depth"`
	Frame Frame `json:"frame"`
}

func (Run) kind() string        { return "run" }
func (Cancel) kind() string     { return "cancel" }
func (InputReply) kind() string { return "input_reply" }
func (Ready) kind() string      { return "ready" }
func (Done) kind() string       { return "done" }
func (Display) kind() string    { return "display" }
func (Clear) kind() string      { return "clear" }
func (Turn) kind() string       { return "turn" }
func (Ask) kind() string        { return "ask" }
func (Verdict) kind() string    { return "verdict" }
func (Comm) kind() string       { return "comm" }
func (CommDone) kind() string   { return "comm_done" }
func (Input) kind() string      { return "input" }
func (Exit) kind() string       { return "exit" }
func (Crash) kind() string      { return "crash" }
func (Trace) kind() string      { return "trace" }
