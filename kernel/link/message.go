// Package link carries typed messages between the front process and the worker
// process that runs the cells.
package link

import "lockstep/kernel/execution"

// Run asks the worker to run one cell.
type Run struct {
	Cell  int    `json:"cell"`
	Units []Unit `json:"units"`
}

// Unit is a piece of lowered Go: one source file of package main, compiled as a
// whole, and a niladic function of it that is called afterwards.
type Unit struct {
	// Imports are the paths of all packages that Source imports.
	Imports []string `json:"imports"`
	// Source is the file. Its //line directives name places in the cell: In[3]:2:5.
	Source string `json:"source"`
	// Entry is the function to call, "" for none.
	Entry string `json:"entry,omitempty"`
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

// Ready is the worker's first message.
type Ready struct {
	PID int `json:"pid"`
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
}

// Error is a failure as the worker sees it, before it is rendered for people.
type Error struct {
	// Name is execution.CompileError (the interpreter refused the lowered code)
	// or execution.Panic.
	Name string `json:"name"`
	// Value is the message or the text of the panic's value.
	Value string `json:"value"`
	// Frames are the cells' own frames, innermost first.
	Frames []Frame `json:"frames,omitempty"`
}

// Frame is a place in a cell.
type Frame struct {
	// Function is the name as lowered code has it, "" where none is known.
	Function string `json:"function,omitempty"`
	Cell     int    `json:"cell"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
}

// Display shows something, after what the cell has printed so far.
type Display struct {
	Cell int `json:"cell"`
	execution.Display
}

// Clear removes the cell's outputs so far.
type Clear struct {
	Cell int  `json:"cell"`
	Wait bool `json:"wait"`
}

// Input asks the user for a line.
type Input struct {
	Cell     int    `json:"cell"`
	Prompt   string `json:"prompt"`
	Password bool   `json:"password"`
}

// Exit announces that a cell ends the worker with os.Exit.
type Exit struct {
	Cell int `json:"cell"`
	Code int `json:"code"`
}
