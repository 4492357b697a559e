package notebook

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// FormatError says why a file is no notebook that can be read.
type FormatError struct {
	// File is the name that the reader was given.
	File string
	// Line and Column, counted from 1 in lines and characters, are where the
	// JSON is broken; 0 where the fault is the notebook's, not the text's.
	Line, Column int
	// Place is the part at fault, as "cell 4" or "cell 4: output 2", or "".
	Place string
	// Reason is what is wrong there.
	Reason string
}

func (e *FormatError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": ")
	if e.Place != "" {
		b.WriteString(e.Place + ": ")
	}
	b.WriteString(e.Reason)
	return b.String()
}

// placed is an error in a part of the notebook.
type placed struct {
	place string
	err   error
}

func (p *placed) Error() string { return p.place + ": " + p.err.Error() }
func (p *placed) Unwrap() error { return p.err }

func newFormatError(file string, err error) *FormatError {
	var places []string
	for p := (*placed)(nil); errors.As(err, &p); err = p.err {
		places = append(places, p.place)
	}
	return &FormatError{File: file, Place: strings.Join(places, ": "), Reason: err.Error()}
}

func errorAt(data []byte, offset int, reason string) *FormatError {
	before := data[:min(offset, len(data))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return &FormatError{
		Line:   bytes.Count(before, []byte{'\n'}) + 1,
		Column: utf8.RuneCount(before[start:]) + 1,
		Reason: reason,
	}
}

// syntaxError gives a JSON error the place in the file that its reader needs.
func syntaxError(data []byte, err error) *FormatError {
	var syntactic *jsontext.SyntacticError
	if !errors.As(err, &syntactic) {
		return &FormatError{Reason: "not JSON: " + err.Error()}
	}
	offset := int(syntactic.ByteOffset)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errorAt(data, len(data), "not JSON: the file ends too early; it seems cut short")
	}
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return errorAt(data, offset, fmt.Sprintf("not JSON: an object has %q twice", syntactic.JSONPointer.LastToken()))
	}
	found := errorAt(data, offset, "not JSON: "+syntactic.Err.Error())
	if isConflictMarker(data[min(offset, len(data)):]) {
		found.Reason = "not JSON: the file has an unresolved merge conflict"
	}
	return found
}

func isConflictMarker(text []byte) bool {
	for _, marker := range []string{"<<<<<<<", "=======", ">>>>>>>"} {
		if bytes.HasPrefix(text, []byte(marker)) {
			return true
		}
	}
	return false
}
