package execution

// Completions are the texts that could replace a part of a cell, the likeliest
// first.
type Completions struct {
	// Start and End delimit the part, in bytes.
	Start, End int
	Items      []Candidate
}

// Candidate is one text that could stand at the cursor.
type Candidate struct {
	Text string
	Kind Kind
	// Signature is what follows the name in its declaration: a function's
	// parameters and results, a variable's type. It may be empty.
	Signature string
}

// Kind is what sort of thing a name stands for. Front ends show it beside the name.
type Kind string

// The kinds of candidates.
const (
	Function  Kind = "function"
	Method    Kind = "method"
	Type      Kind = "type"
	Struct    Kind = "struct"
	Interface Kind = "interface"
	Constant  Kind = "constant"
	Variable  Kind = "variable"
	Field     Kind = "field"
	Module    Kind = "module" // a package
	Keyword   Kind = "keyword"
)

// Inspection is what is known of a name.
type Inspection struct {
	// Plain and Markdown say the same, for consoles and for notebooks.
	Plain, Markdown string
}

// Assistant is an Engine that helps whoever is writing a cell. Its methods may be
// called at any time. They take cells that are not complete, nor right. Cursors
// count bytes; one that lies outside the cell is moved to its nearer end.
type Assistant interface {
	// Complete finds what could stand at the cursor. Where there is nothing, the
	// Completions are empty, with Start and End at the cursor.
	Complete(code string, cursor int) Completions
	// Inspect says what the name at the cursor is, or the function between whose
	// arguments it stands, and whether there is anything to say. A detail of 1 or
	// more asks for more: a type's fields and methods, a function's source.
	Inspect(code string, cursor, detail int) (Inspection, bool)
}
