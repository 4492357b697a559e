package run

import (
	"maps"
	"slices"

	"lockstep/kernel/notebook"
	"lockstep/kernel/protocol"
	"lockstep/kernel/terminal"
)

// recorder keeps what a cell shows in its notebook, as a front end does:
// neighbouring texts of one stream are one output, and an update replaces the
// displays of its name in all cells.
type recorder struct {
	cell     *notebook.Cell
	displays displays
	// clear says that the next output replaces those before it.
	clear bool
}

// displays is where the named displays of a notebook are kept.
type displays map[string][]shown

type shown struct {
	data     *notebook.Bundle
	metadata *notebook.Object
}

// newRecorder empties the cell.
func newRecorder(cell *notebook.Cell, all displays) recorder {
	cell.ExecutionCount, cell.Outputs = 0, nil
	return recorder{cell: cell, displays: all}
}

// add keeps an output. Messages that are none are passed over.
func (r *recorder) add(content protocol.Content) {
	switch c := content.(type) {
	case protocol.ExecuteInput:
		r.cell.ExecutionCount = c.ExecutionCount
	case protocol.Stream:
		r.stream(c)
	case protocol.DisplayData:
		d := &notebook.DisplayData{Data: c.Data, Metadata: object(c.Metadata)}
		r.display(d, c.Transient, shown{&d.Data, &d.Metadata})
	case protocol.ExecuteResult:
		d := &notebook.ExecuteResult{ExecutionCount: c.ExecutionCount, Data: c.Data, Metadata: object(c.Metadata)}
		r.display(d, c.Transient, shown{&d.Data, &d.Metadata})
	case protocol.UpdateDisplayData:
		for _, at := range r.displays[c.Transient.DisplayID] {
			*at.data, *at.metadata = c.Data, object(c.Metadata)
		}
	case protocol.Error:
		r.output(&notebook.ErrorOutput{Name: c.EName, Value: c.EValue, Traceback: c.Traceback})
	case protocol.ClearOutput:
		r.clear = true
		if !c.Wait {
			r.sweep()
		}
	}
}

func (r *recorder) stream(c protocol.Stream) {
	r.sweep()
	if n := len(r.cell.Outputs); n > 0 {
		if last, ok := r.cell.Outputs[n-1].(*notebook.Stream); ok && last.Name == c.Name {
			last.Text += c.Text
			return
		}
	}
	r.output(&notebook.Stream{Name: c.Name, Text: c.Text})
}

func (r *recorder) display(output notebook.Output, transient protocol.Transient, at shown) {
	r.output(output)
	if id := transient.DisplayID; id != "" {
		r.displays[id] = append(r.displays[id], at)
	}
}

func (r *recorder) output(output notebook.Output) {
	r.sweep()
	r.cell.Outputs = append(r.cell.Outputs, output)
}

func (r *recorder) sweep() {
	if r.clear {
		r.cell.Outputs, r.clear = nil, false
	}
}

// end settles what the cell has printed.
func (r *recorder) end() {
	for _, output := range r.cell.Outputs {
		if s, ok := output.(*notebook.Stream); ok {
			s.Text = terminal.Settle(s.Text)
		}
	}
}

func object(metadata map[string]any) notebook.Object {
	var o notebook.Object
	for _, name := range slices.Sorted(maps.Keys(metadata)) {
		// What came as JSON has a JSON form.
		_ = o.Set(name, metadata[name])
	}
	return o
}
