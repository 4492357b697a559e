package validate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lockstep/kernel/notebook"
)

// fields are a cell's outputs by what they are of: a MIME type, the name of a
// stream, ename or evalue; each with its values in order. Different fields have no
// order among each other.
type fields map[string][]string

// ignoredFields are never compared: widgets have random ids, and the same picture
// may be encoded in many ways.
var ignoredFields = []string{"application/vnd.jupyter.widget-view+json", "image/png", "image/jpeg", "metadata", "traceback", "prompt_number", "output_type", "name", "execution_count"}

// fieldsOf sorts outputs into fields, with their replacements made.
func fieldsOf(outputs []notebook.Output, s *Sanitizer) (fields, error) {
	out := fields{}
	var failed error
	add := func(name, value string) {
		if slices.Contains(ignoredFields, name) {
			return
		}
		value, err := s.apply(value)
		if err != nil && failed == nil {
			failed = err
		}
		out[name] = append(out[name], value)
	}
	bundle := func(data notebook.Bundle) {
		for mime, value := range data {
			if slices.Contains(ignoredFields, mime) {
				continue
			}
			if text, ok := value.(string); ok {
				add(mime, text)
				continue
			}
			// What is no text is compared as it is.
			text, err := json.Marshal(value)
			if err != nil && failed == nil {
				failed = err
			}
			out[mime] = append(out[mime], string(text))
		}
	}
	for _, output := range coalesce(outputs) {
		switch o := output.(type) {
		case *notebook.Stream:
			add(o.Name, o.Text)
		case *notebook.DisplayData:
			bundle(o.Data)
		case *notebook.ExecuteResult:
			bundle(o.Data)
		case *notebook.ErrorOutput:
			add("ename", o.Name)
			add("evalue", o.Value)
		}
	}
	return out, failed
}

// coalesce merges the texts of a stream into its first one, as if they had come
// at once, and lets a carriage return within a line overwrite it.
func coalesce(outputs []notebook.Output) []notebook.Output {
	var merged []notebook.Output
	streams := map[string]*notebook.Stream{}
	for _, output := range outputs {
		s, ok := output.(*notebook.Stream)
		if !ok {
			merged = append(merged, output)
			continue
		}
		if first := streams[s.Name]; first != nil {
			first.Text += s.Text
			continue
		}
		streams[s.Name] = &notebook.Stream{Name: s.Name, Text: s.Text}
		merged = append(merged, streams[s.Name])
	}
	for _, s := range streams {
		s.Text = overwrite(s.Text)
	}
	return merged
}

// overwrite drops of each line what stands before its last carriage return, but
// for one that ends the line.
func overwrite(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if len(line) > 0 {
			lines[i] = line[strings.LastIndexByte(line[:len(line)-1], '\r')+1:]
		}
	}
	return strings.Join(lines, "\n")
}

// Difference is in what a cell's outputs differ from those of its file.
type Difference struct {
	// Field is a MIME type, stdout, stderr, ename or evalue.
	Field string
	// Want are the values in the file, Got those that came; the counts may differ,
	// and either is empty where the field is missing.
	Want, Got []string
}

func (d *Difference) String() string {
	switch {
	case len(d.Got) == 0:
		return fmt.Sprintf("there is no %s any more", d.Field)
	case len(d.Want) == 0:
		return fmt.Sprintf("there is %s, and the file has none", d.Field)
	case len(d.Want) != len(d.Got):
		return fmt.Sprintf("%s comes %d times, and in the file %d times", d.Field, len(d.Got), len(d.Want))
	case d.Field == "image/svg+xml":
		return "the two SVG pictures differ"
	}
	return d.Field + " differs"
}

// differences compares fields; nil means that all is equal.
func differences(want, got fields) []*Difference {
	names := slices.Collect(maps.Keys(want))
	for name := range got {
		if _, ok := want[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out []*Difference
	for _, name := range names {
		if w, g := want[name], got[name]; !slices.Equal(w, g) {
			out = append(out, &Difference{Field: name, Want: w, Got: g})
		}
	}
	return out
}
