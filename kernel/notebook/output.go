package notebook

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Output is one output of a code cell: a *Stream, *DisplayData, *ExecuteResult
// or *ErrorOutput.
type Output interface {
	// encode returns the output as a JSON object.
	encode() (jsontext.Value, error)
	// decode reads the fields of the output's own kind.
	decode(Object) error
}

// Stream is text that a cell printed.
type Stream struct {
	// Name is stdout or stderr.
	Name string
	Text string

	object Object
}

// DisplayData is something that a cell displayed.
type DisplayData struct {
	Data     Bundle
	Metadata Object

	object Object
}

// ExecuteResult is the value of a cell's last expression.
type ExecuteResult struct {
	// ExecutionCount is the n of Out[n], 0 where the file has none.
	ExecutionCount int
	Data           Bundle
	Metadata       Object

	object Object
}

// ErrorOutput is the error that a cell ended with.
type ErrorOutput struct {
	// Name and Value are Jupyter's ename and evalue.
	Name, Value string
	// Traceback is the report, a line an entry, with ANSI colours.
	Traceback []string

	object Object
}

func decodeOutput(raw jsontext.Value) (Output, error) {
	var o Object
	if err := o.decode(raw); err != nil {
		return nil, err
	}
	var kind string
	if err := required(&o, "output_type", &kind, decodeString); err != nil {
		return nil, err
	}
	var output Output
	switch kind {
	case "stream":
		output = new(Stream)
	case "display_data":
		output = new(DisplayData)
	case "execute_result":
		output = new(ExecuteResult)
	case "error":
		output = new(ErrorOutput)
	default:
		return nil, fmt.Errorf("has the unknown output_type %q", kind)
	}
	return output, output.decode(o)
}

func (s *Stream) decode(o Object) error {
	s.object = o
	if err := required(&o, "name", &s.Name, decodeString); err != nil {
		return err
	}
	return required(&o, "text", &s.Text, decodeText)
}

func (s *Stream) encode() (jsontext.Value, error) {
	o := s.object.clone()
	keep(&o, "output_type", "stream", decodeString, quote)
	keep(&o, "name", s.Name, decodeString, quote)
	keep(&o, "text", s.Text, decodeText, encodeText)
	return o.text(), nil
}

func (d *DisplayData) decode(o Object) error {
	d.object = o
	if err := required(&o, "data", &d.Data, decodeBundle); err != nil {
		return err
	}
	return field(&o, "metadata", &d.Metadata, decodeObject)
}

func (d *DisplayData) encode() (jsontext.Value, error) {
	o := d.object.clone()
	keep(&o, "output_type", "display_data", decodeString, quote)
	o.set("metadata", d.Metadata.text())
	return o.textWith("data", d.Data)
}

func (r *ExecuteResult) decode(o Object) error {
	r.object = o
	if err := field(&o, "execution_count", &r.ExecutionCount, decodeCount); err != nil {
		return err
	}
	if err := required(&o, "data", &r.Data, decodeBundle); err != nil {
		return err
	}
	return field(&o, "metadata", &r.Metadata, decodeObject)
}

func (r *ExecuteResult) encode() (jsontext.Value, error) {
	o := r.object.clone()
	keep(&o, "output_type", "execute_result", decodeString, quote)
	keep(&o, "execution_count", r.ExecutionCount, decodeCount, encodeCount)
	o.set("metadata", r.Metadata.text())
	return o.textWith("data", r.Data)
}

func (e *ErrorOutput) decode(o Object) error {
	e.object = o
	if err := required(&o, "ename", &e.Name, decodeString); err != nil {
		return err
	}
	if err := required(&o, "evalue", &e.Value, decodeString); err != nil {
		return err
	}
	return field(&o, "traceback", &e.Traceback, decodeStrings)
}

func (e *ErrorOutput) encode() (jsontext.Value, error) {
	o := e.object.clone()
	keep(&o, "output_type", "error", decodeString, quote)
	keep(&o, "ename", e.Name, decodeString, quote)
	keep(&o, "evalue", e.Value, decodeString, quote)
	keep(&o, "traceback", e.Traceback, decodeStrings, encodeStrings)
	return o.text(), nil
}

// textWith returns the object with a bundle in it.
func (o *Object) textWith(name string, b Bundle) (jsontext.Value, error) {
	if err := keepBundle(o, name, b); err != nil {
		return nil, err
	}
	return o.text(), nil
}
