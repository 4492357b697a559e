package notebook

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// CellType is the kind of a cell, by the format's names.
type CellType string

// The kinds of cell.
const (
	Markdown CellType = "markdown"
	Code     CellType = "code"
	Raw      CellType = "raw"
)

// Cell is one cell of a notebook.
type Cell struct {
	Type CellType
	// ID names the cell within its notebook; "" before nbformat 4.5.
	ID string
	// Source is the cell's text.
	Source   string
	Metadata Object
	// ExecutionCount is the n of In[n]; 0 where the cell has not run. Only code
	// cells have one, and outputs.
	ExecutionCount int
	Outputs        []Output

	object Object
}

// Tags are the cell's tags, as Jupyter keeps them in its metadata.
func (c *Cell) Tags() []string {
	var tags []string
	// Parse has refused other types; one set since is no tag.
	_ = field(&c.Metadata, "tags", &tags, decodeStrings)
	return tags
}

// HasTag says whether the cell has one of the tags.
func (c *Cell) HasTag(tags ...string) bool {
	return slices.ContainsFunc(c.Tags(), func(t string) bool { return slices.Contains(tags, t) })
}

// Attachment returns a picture, say, that the cell's text names as
// attachment:name; ok is false if there is none of that name.
func (c *Cell) Attachment(name string) (attached Bundle, ok bool) {
	var all, one Object
	if err := field(&c.object, "attachments", &all, decodeObject); err != nil {
		return nil, false
	}
	if err := field(&all, name, &one, decodeObject); err != nil || len(one.Names()) == 0 {
		return nil, false
	}
	err := field(&all, name, &attached, decodeBundle)
	return attached, err == nil
}

func decodeCell(raw jsontext.Value) (*Cell, error) {
	c := new(Cell)
	if err := c.object.decode(raw); err != nil {
		return nil, err
	}
	o := &c.object
	var kind string
	if err := required(o, "cell_type", &kind, decodeString); err != nil {
		return nil, err
	}
	c.Type = CellType(kind)
	if !slices.Contains([]CellType{Markdown, Code, Raw}, c.Type) {
		return nil, fmt.Errorf("has the unknown cell_type %q", kind)
	}
	if err := required(o, "source", &c.Source, decodeText); err != nil {
		return nil, err
	}
	if err := field(o, "id", &c.ID, decodeString); err != nil {
		return nil, err
	}
	if err := field(o, "metadata", &c.Metadata, decodeObject); err != nil {
		return nil, err
	}
	var tags []string
	if err := field(&c.Metadata, "tags", &tags, decodeStrings); err != nil {
		return nil, fmt.Errorf("metadata.%w", err)
	}
	if c.Type != Code {
		return c, nil
	}
	if err := field(o, "execution_count", &c.ExecutionCount, decodeCount); err != nil {
		return nil, err
	}
	var outputs []jsontext.Value
	if err := field(o, "outputs", &outputs, decodeList); err != nil {
		return nil, err
	}
	for i, raw := range outputs {
		output, err := decodeOutput(raw)
		if err != nil {
			return nil, &placed{fmt.Sprintf("output %d", i+1), err}
		}
		c.Outputs = append(c.Outputs, output)
	}
	return c, nil
}

func (c *Cell) encode() (jsontext.Value, error) {
	o := c.object.clone()
	keep(&o, "cell_type", string(c.Type), decodeString, quote)
	if c.ID != "" {
		keep(&o, "id", c.ID, decodeString, quote)
	} else {
		o.Delete("id")
	}
	o.set("metadata", c.Metadata.text())
	keep(&o, "source", c.Source, decodeText, encodeText)
	if c.Type != Code {
		return o.text(), nil
	}
	keep(&o, "execution_count", c.ExecutionCount, decodeCount, encodeCount)
	outputs := make([]jsontext.Value, len(c.Outputs))
	for i, output := range c.Outputs {
		var err error
		if outputs[i], err = output.encode(); err != nil {
			return nil, &placed{fmt.Sprintf("output %d", i+1), err}
		}
	}
	o.set("outputs", encodeList(outputs))
	return o.text(), nil
}
