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
