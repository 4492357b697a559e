package run

import (
	"reflect"
	"strings"
	"testing"

	"lockstep/kernel/notebook"
)

func TestLateOutputNamesItsCell(t *testing.T) {
	var b strings.Builder
	r := &run{screen: paper{&b}, displays: displays{}}
	first, second := &notebook.Cell{}, &notebook.Cell{}
	past := newCellRun(r, first)
	past.output(stream("stdout", "in time"))
	past.end()
	now := newCellRun(r, second)
	now.output(stream("stdout", "begun, "))
	past.late(stream("stdout", "from the past"))
	now.output(stream("stdout", "done\n"))
	now.end()

	if want := "in time\nIn[1] later:\nfrom the past\nbegun, done\n"; b.String() != want {
		t.Errorf("printed %q, want %q", b.String(), want)
	}
	kept := [][]notebook.Output{first.Outputs, second.Outputs}
	if want := [][]notebook.Output{
		{&notebook.Stream{Name: "stdout", Text: "in timefrom the past"}},
		{&notebook.Stream{Name: "stdout", Text: "begun, done\n"}},
	}; !reflect.DeepEqual(kept, want) {
		t.Errorf("kept %+v", kept)
	}
}
