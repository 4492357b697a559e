// Package display shows rich values (HTML, pictures, Markdown) in a cell's
// output, and changes them later. In a plain Go program it prints their text.
//
// The value of a cell's last expression is shown without this package; it is for
// what is to be shown in between, and for what changes while a cell runs.
package display

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"lockstep/runtime/internal/render"
	"lockstep/runtime/internal/scope"
)

// HTML is text that is shown as HTML.
type HTML string

// HTML returns the text.
func (h HTML) HTML() string { return string(h) }

// String returns the text.
func (h HTML) String() string { return string(h) }

// SVG is the text of an SVG picture.
type SVG string

// SVG returns the text.
func (s SVG) SVG() string { return string(s) }

// String says what it is: the text of a picture tells nobody anything.
func (s SVG) String() string { return "SVG picture of " + strconv.Itoa(len(s)) + " bytes" }

// Markdown is text that is shown as Markdown.
type Markdown string

// Markdown returns the text.
func (m Markdown) Markdown() string { return string(m) }

// String returns the text.
func (m Markdown) String() string { return string(m) }

// PNG is the content of a PNG file.
type PNG []byte

// PNG returns the content.
func (p PNG) PNG() []byte { return p }

// String says what it is.
func (p PNG) String() string { return "PNG picture of " + strconv.Itoa(len(p)) + " bytes" }

// Data is one value in several formats: a MIME type each, with text, with base64
// for a binary format, or with any value for application/json.
type Data map[string]any

// MIMEBundle returns the formats.
func (d Data) MIMEBundle() map[string]any { return d }

// Handle names something that has been shown. It may be used by any goroutine
// and in any cell.
type Handle struct{ id string }

var (
	serial  atomic.Uint64
	session = strconv.FormatInt(time.Now().UnixNano(), 36)
)

// Show shows v: in the formats of this package's types, of methods HTML() string,
// SVG() string, Markdown() string, PNG() []byte, of an image.Image, and always as
// text. It returns a handle to change what is shown. It panics if v is a Data
// with a value that can't be written as JSON.
func Show(v any) Handle {
	// Ids are unique among the processes of a session, too.
	h := Handle{"lockstep-" + session + "-" + strconv.FormatUint(serial.Add(1), 10)}
	show(v, h.id, false)
	return h
}

// Update shows v in place of what the handle names, wherever that is shown. In a
// plain program it prints v's text. It panics as Show does, and for the zero
// Handle.
func (h Handle) Update(v any) {
	if h.id == "" {
		panic("display: Update of a Handle that Show did not return")
	}
	show(v, h.id, true)
}

func show(v any, id string, update bool) {
	data := render.Bundle(v)
	s := scope.Current()
	if s.Display == nil {
		stdout, _ := s.Streams()
		fmt.Fprintln(stdout, data[render.Text])
		return
	}
	if err := s.Display(data, nil, id, update); err != nil {
		panic(fmt.Errorf("display: this can't be shown: %w", err))
	}
}

// Page shows v apart from the cell's output, in the front end's pager, when the
// cell has ended well: for a long text that is read once. In a plain program it
// prints v's text. It panics as Show does.
func Page(v any) {
	data := render.Bundle(v)
	s := scope.Current()
	front, ok := s.Host.(scope.FrontEnd)
	if !ok {
		stdout, _ := s.Streams()
		fmt.Fprintln(stdout, data[render.Text])
		return
	}
	if err := front.Page(data); err != nil {
		panic(fmt.Errorf("display: this can't be shown: %w", err))
	}
}

// NextCell offers text as a new cell below the present one, or with replace in
// its place, when the cell has ended well. In a plain program it does nothing.
func NextCell(text string, replace bool) {
	if front, ok := scope.Current().Host.(scope.FrontEnd); ok {
		if err := front.NextCell(text, replace); err != nil {
			panic(fmt.Errorf("display: the next cell can't be offered: %w", err))
		}
	}
}

// Clear removes what the cell has shown; with wait, only when it next shows
// something, which avoids flicker. In a plain program it does nothing.
func Clear(wait bool) {
	if host := scope.Current().Host; host != nil {
		if err := host.Clear(wait); err != nil {
			panic(fmt.Errorf("display: the output can't be cleared: %w", err))
		}
	}
}
