package notebook

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// ReplaceOutputs returns the text of a notebook in which the code cells of these
// indices, counted among all cells, have other outputs; a cell that was never run
// gets the execution count that comes with them. All else stays as it is, byte by
// byte, and the outputs are indented as the file is.
func ReplaceOutputs(data []byte, cells map[int]Replacement) ([]byte, error) {
	type splice struct {
		start, end int
		text       []byte
	}
	var splices []splice
	indent := indentOf(data)
	d := jsontext.NewDecoder(bytes.NewReader(data), verbatim...)
	// value reads a value and returns where it stands.
	value := func() (start, end int, raw jsontext.Value, err error) {
		raw, err = d.ReadValue()
		end = int(d.InputOffset())
		return end - len(raw), end, raw, err
	}
	// members calls f at each member of an object.
	members := func(f func(name string) error) error {
		if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
			return fmt.Errorf("not a notebook: %w", orUnexpected(err))
		}
		for d.PeekKind() != '}' {
			t, err := d.ReadToken()
			if err != nil {
				return err
			}
			if err := f(t.String()); err != nil {
				return err
			}
		}
		_, err := d.ReadToken()
		return err
	}
	index := 0
	cell := func() error {
		r, wanted := cells[index]
		index++
		return members(func(name string) error {
			start, end, raw, err := value()
			if err != nil || !wanted {
				return err
			}
			switch name {
			case "outputs":
				text, err := r.text(indent)
				if err != nil {
					return err
				}
				splices = append(splices, splice{start, end, text})
			case "execution_count":
				if raw.Kind() == 'n' && r.Count > 0 {
					splices = append(splices, splice{start, end, encodeInt(r.Count)})
				}
			}
			return nil
		})
	}
	err := members(func(name string) error {
		if name != "cells" {
			_, _, _, err := value()
			return err
		}
		if t, err := d.ReadToken(); err != nil || t.Kind() != '[' {
			return fmt.Errorf("not a notebook: %w", orUnexpected(err))
		}
		for d.PeekKind() != ']' {
			if err := cell(); err != nil {
				return err
			}
		}
		_, err := d.ReadToken()
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []byte
	at := 0
	for _, s := range splices {
		out = append(append(out, data[at:s.start]...), s.text...)
		at = s.end
	}
	return append(out, data[at:]...), nil
}

func orUnexpected(err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("its parts are of other kinds than they should be")
}

// Replacement is what a cell shows now.
type Replacement struct {
	Count   int // the n of In[n]
	Outputs []Output
}

// depth is how deep the members of a cell lie: notebook, cells, cell.
const depth = 3

func (r Replacement) text(indent string) ([]byte, error) {
	list := make([]jsontext.Value, len(r.Outputs))
	for i, o := range r.Outputs {
		var err error
		if list[i], err = o.encode(); err != nil {
			return nil, &placed{fmt.Sprintf("output %d", i+1), err}
		}
	}
	raw := encodeList(list)
	options := slices.Clone(verbatim)
	if indent != "" {
		options = append(options, jsontext.WithIndent(indent), jsontext.WithIndentPrefix(strings.Repeat(indent, depth)))
	}
	err := raw.Format(options...)
	return raw, err
}

// indentOf is what the file indents by, "" if it is written in one line.
func indentOf(data []byte) string {
	at := bytes.IndexByte(data, '\n')
	if at < 0 {
		return ""
	}
	rest := data[at+1:]
	return string(rest[:len(rest)-len(bytes.TrimLeft(rest, " \t"))])
}
