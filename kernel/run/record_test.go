package run

import (
	"reflect"
	"testing"

	"lockstep/kernel/notebook"
	"lockstep/kernel/protocol"
)

func record(contents ...protocol.Content) []notebook.Output {
	cell := &notebook.Cell{Type: notebook.Code}
	r := newRecorder(cell, displays{})
	for _, c := range contents {
		r.add(c)
	}
	r.end()
	return cell.Outputs
}

func stream(name, text string) protocol.Stream { return protocol.Stream{Name: name, Text: text} }

func TestNeighbouringTextsOfAStreamAreOneOutput(t *testing.T) {
	got := record(stream("stdout", "1%\r"), stream("stdout", "2%\n"), stream("stderr", "x"), stream("stdout", "y"))
	want := []notebook.Output{
		&notebook.Stream{Name: "stdout", Text: "2%\n"},
		&notebook.Stream{Name: "stderr", Text: "x"},
		&notebook.Stream{Name: "stdout", Text: "y"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("kept %+v", got)
	}
}

func TestClearingTakesEffectWhenItSays(t *testing.T) {
	wait, now := protocol.ClearOutput{Wait: true}, protocol.ClearOutput{}
	for _, test := range []struct {
		name     string
		contents []protocol.Content
		want     []string
	}{
		{"at once", []protocol.Content{stream("stdout", "a"), now}, nil},
		{"with the next output", []protocol.Content{stream("stdout", "a"), wait, stream("stdout", "b")}, []string{"b"}},
		{"never, without one", []protocol.Content{stream("stdout", "a"), wait}, []string{"a"}},
		{"once", []protocol.Content{wait, stream("stdout", "a"), stream("stderr", "b")}, []string{"a", "b"}},
	} {
		var texts []string
		for _, output := range record(test.contents...) {
			texts = append(texts, output.(*notebook.Stream).Text)
		}
		if !reflect.DeepEqual(texts, test.want) {
			t.Errorf("%s: kept %q, want %q", test.name, texts, test.want)
		}
	}
}

func TestAnUpdateReplacesDisplaysInAllCells(t *testing.T) {
	first, second := &notebook.Cell{}, &notebook.Cell{}
	id := protocol.Transient{DisplayID: "d"}
	all := displays{}
	r := newRecorder(first, all)
	r.add(protocol.DisplayData{Data: map[string]any{"text/plain": "0%"}, Transient: id})
	r.add(protocol.DisplayData{Data: map[string]any{"text/plain": "other"}})
	r.end()
	r = newRecorder(second, all)
	r.add(protocol.ExecuteResult{ExecutionCount: 2, Data: map[string]any{"text/plain": "0%"}, Transient: id})
	r.add(protocol.UpdateDisplayData{Data: map[string]any{"text/plain": "100%"}, Transient: id})
	r.end()
	texts := []any{
		first.Outputs[0].(*notebook.DisplayData).Data["text/plain"],
		first.Outputs[1].(*notebook.DisplayData).Data["text/plain"],
		second.Outputs[0].(*notebook.ExecuteResult).Data["text/plain"],
	}
	if !reflect.DeepEqual(texts, []any{"100%", "other", "100%"}) || len(second.Outputs) != 1 {
		t.Errorf("kept %q", texts)
	}
}
