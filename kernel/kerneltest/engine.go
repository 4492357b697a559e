package kerneltest

import (
	"context"
	"fmt"
	"strings"

	"lockstep/kernel/execution"
)

// Cell is what a scripted cell does.
type Cell func(ctx context.Context, r execution.Request, out execution.Output) *execution.Failure

// Script is an engine whose cells are Go functions, by their code. Code that it
// does not have is a compile error, except for "print TEXT", which prints a line.
type Script map[string]Cell

var _ execution.Engine = Script{}

// Execute implements execution.Engine.
func (s Script) Execute(ctx context.Context, r execution.Request, out execution.Output) *execution.Failure {
	if cell, found := s[r.Code]; found {
		return cell(ctx, r, out)
	}
	if text, found := strings.CutPrefix(r.Code, "print "); found {
		out.Stream(execution.Stdout, text+"\n")
		return nil
	}
	return &execution.Failure{
		Name:      execution.CompileError,
		Value:     fmt.Sprintf("In[%d]: not in the script: %s", r.Number, r.Code),
		Traceback: []string{"not in the script"},
	}
}

// IsComplete implements execution.Engine: code that ends in { is incomplete.
func (s Script) IsComplete(code string) execution.Completeness {
	if strings.HasSuffix(code, "{") {
		return execution.Completeness{Status: execution.Incomplete, Indent: "\t"}
	}
	return execution.Completeness{Status: execution.Complete}
}

// Complete implements execution.Engine: it offers print where that is begun.
func (s Script) Complete(code string, cursor int) execution.Completions {
	for n := len("print"); n > 0; n-- {
		if strings.HasSuffix(code[:cursor], "print"[:n]) {
			item := execution.Candidate{Text: "print", Kind: execution.Keyword, Signature: "TEXT"}
			return execution.Completions{Start: cursor - n, End: cursor, Items: []execution.Candidate{item}}
		}
	}
	return execution.Completions{Start: cursor, End: cursor}
}

// Inspect implements execution.Engine: it knows print, when the cursor is behind it.
func (s Script) Inspect(code string, cursor, detail int) (execution.Inspection, bool) {
	if !strings.HasSuffix(code[:cursor], "print") {
		return execution.Inspection{}, false
	}
	return execution.Inspection{Plain: fmt.Sprintf("print, detail %d", detail), Markdown: "**print**"}, true
}

// Comm implements execution.Engine: nobody has comms.
func (s Script) Comm(context.Context, execution.Comm) (bool, *execution.Failure) { return false, nil }

// Fork implements execution.Engine: the fork has the same script.
func (s Script) Fork() (execution.Engine, error) { return s, nil }

// Close implements execution.Engine.
func (s Script) Close() error { return nil }
