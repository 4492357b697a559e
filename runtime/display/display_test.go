package display_test

import (
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"lockstep/runtime/display"
	"lockstep/runtime/internal/scope"
)

type shown struct {
	data   map[string]any
	id     string
	update bool
}

// record runs fn in a scope with a front end and returns what it shows.
func record(fn func()) (all []shown) {
	s := &scope.Scope{Display: func(data, _ map[string]any, id string, update bool) error {
		all = append(all, shown{data, id, update})
		return nil
	}}
	defer s.Release()
	s.Do(fn)
	return all
}

func TestEveryTypeIsShownInItsFormat(t *testing.T) {
	for _, test := range []struct {
		value any
		want  map[string]any
	}{
		{display.HTML("<b>x</b>"), map[string]any{"text/plain": "<b>x</b>", "text/html": "<b>x</b>"}},
		{display.SVG("<svg/>"), map[string]any{"text/plain": "SVG picture of 6 bytes", "image/svg+xml": "<svg/>"}},
		{display.Markdown("*x*"), map[string]any{"text/plain": "*x*", "text/markdown": "*x*"}},
		{display.PNG{1, 2}, map[string]any{"text/plain": "PNG picture of 2 bytes", "image/png": "AQI="}},
		{display.Data{"application/json": 1, "text/plain": "one"}, map[string]any{"application/json": 1, "text/plain": "one"}},
		{[]int{1}, map[string]any{"text/plain": "[]int{1}"}},
	} {
		all := record(func() { display.Show(test.value) })
		if len(all) != 1 || !reflect.DeepEqual(all[0].data, test.want) || all[0].update {
			t.Errorf("showed %v, want %v", all, test.want)
		}
	}
}

func TestUpdateNamesWhatShowShowed(t *testing.T) {
	all := record(func() {
		first, second := display.Show(1), display.Show(2)
		second.Update(3)
		first.Update(4)
	})
	if len(all) != 4 || all[0].id == all[1].id || all[2].id != all[1].id || all[3].id != all[0].id {
		t.Errorf("ids of %+v", all)
	}
	if all[1].update || !all[2].update || !all[3].update {
		t.Errorf("updates of %+v", all)
	}
}

func TestUpdateOfTheZeroHandlePanics(t *testing.T) {
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "Show did not return") {
			t.Errorf("panic %q", text)
		}
	}()
	display.Handle{}.Update(1)
}

func TestAPlainProgramPrintsText(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s := &scope.Scope{Stdout: w}
	s.Do(func() {
		h := display.Show(display.Markdown("# one"))
		h.Update("two")
		display.Clear(true)
	})
	s.Release()
	w.Close()
	if text, err := io.ReadAll(r); err != nil || string(text) != "# one\n\"two\"\n" {
		t.Errorf("printed %q, %v", text, err)
	}
}
