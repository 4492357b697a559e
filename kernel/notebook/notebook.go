// Package notebook reads and writes Jupyter notebooks in nbformat 4, so that
// what a program does not change stays as it was in the file.
package notebook

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxSize is the largest notebook file, in bytes, that is read.
const MaxSize = 256 << 20

// Notebook is a Jupyter notebook of nbformat 4. Members that have no field here
// are kept, and so is the order of all.
type Notebook struct {
	// Minor is the minor version of the format: 5 in nbformat 4.5.
	Minor    int
	Metadata Object
	Cells    []*Cell

	object Object
}

// Language is the language of the notebook's code cells by its metadata, as
// "go", or "" where it doesn't say.
func (n *Notebook) Language() string {
	for _, at := range [][2]string{{"kernelspec", "language"}, {"language_info", "name"}} {
		var section Object
		var language string
		if field(&n.Metadata, at[0], &section, decodeObject) == nil &&
			field(&section, at[1], &language, decodeString) == nil && language != "" {
			return language
		}
	}
	return ""
}

// Parse reads a notebook from its text. Errors are a *FormatError that names
// the notebook by name, which is best the file's path. A UTF-8 byte order mark
// is passed over.
func Parse(name string, data []byte) (*Notebook, error) {
	raw, err := parseJSON(data)
	if err != nil {
		err.File = name
		return nil, err
	}
	n, problem := decodeNotebook(raw)
	if problem != nil {
		return nil, newFormatError(name, problem)
	}
	return n, nil
}

func parseJSON(data []byte) (jsontext.Value, *FormatError) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, &FormatError{Reason: "not JSON: the file is UTF-16; save it as UTF-8"}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &FormatError{Reason: "not JSON: the file is empty"}
	}
	if at := invalidUTF8(data); at >= 0 {
		return nil, errorAt(data, at, fmt.Sprintf("not JSON: the byte 0x%02x is not valid UTF-8", data[at]))
	}
	d := jsontext.NewDecoder(bytes.NewReader(data), verbatim...)
	raw, err := d.ReadValue()
	if err != nil {
		return nil, syntaxError(data, err)
	}
	// The value's memory is the decoder's.
	raw = raw.Clone()
	if rest := bytes.TrimLeft(data[d.InputOffset():], " \t\r\n"); len(rest) > 0 {
		return nil, errorAt(data, len(data)-len(rest), "not JSON: there is more text after the notebook's end")
	}
	return raw, nil
}

// invalidUTF8 is the offset of the first byte that is no UTF-8, or -1.
func invalidUTF8(data []byte) int {
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

func decodeNotebook(raw jsontext.Value) (*Notebook, error) {
	if raw.Kind() != '{' {
		return nil, fmt.Errorf("not a notebook: the file holds %s, not an object", kindName(raw))
	}
	n := new(Notebook)
	o := &n.object
	if err := o.decode(raw); err != nil {
		return nil, err
	}
	if _, ok := o.Get("nbformat"); !ok {
		return nil, fmt.Errorf("not a notebook: nbformat is missing")
	}
	var major int
	if err := field(o, "nbformat", &major, decodeInt); err != nil {
		return nil, err
	}
	if err := field(o, "nbformat_minor", &n.Minor, decodeInt); err != nil {
		return nil, err
	}
	switch {
	case major < 4:
		return nil, fmt.Errorf("nbformat %d; open and save it in Jupyter to upgrade it to nbformat 4", major)
	case major > 4:
		return nil, fmt.Errorf("nbformat %d is newer than nbformat 4, the newest that is read", major)
	}
	if err := field(o, "metadata", &n.Metadata, decodeObject); err != nil {
		return nil, err
	}
	var cells []jsontext.Value
	if err := required(o, "cells", &cells, decodeList); err != nil {
		return nil, err
	}
	n.Cells = make([]*Cell, len(cells))
	for i, raw := range cells {
		var err error
		if n.Cells[i], err = decodeCell(raw); err != nil {
			return nil, &placed{fmt.Sprintf("cell %d", i+1), err}
		}
	}
	return n, nil
}

// Encode returns the notebook's text as Jupyter lays it out: an indent of one
// space, characters beyond ASCII as they are, a line feed at the end. Members
// that the format requires are added where the file lacked them. It fails only
// for a display whose data has no JSON form.
func (n *Notebook) Encode() ([]byte, error) {
	o := n.object.clone()
	cells := make([]jsontext.Value, len(n.Cells))
	for i, c := range n.Cells {
		var err error
		if cells[i], err = c.encode(); err != nil {
			return nil, &placed{fmt.Sprintf("cell %d", i+1), err}
		}
	}
	o.set("cells", encodeList(cells))
	o.set("metadata", n.Metadata.text())
	keep(&o, "nbformat", 4, decodeInt, encodeInt)
	keep(&o, "nbformat_minor", n.Minor, decodeInt, encodeInt)
	raw := o.text()
	err := raw.Format(append(slices.Clone(verbatim), jsontext.WithIndent(" "))...)
	if err != nil {
		return nil, err
	}
	return append(raw, '\n'), nil
}

func encodeInt(n int) jsontext.Value { return jsontext.Value(strconv.Itoa(n)) }
