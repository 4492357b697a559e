package worker

import (
	"testing"

	"github.com/traefik/yaegi/interp"
)

func TestTheInterpreterStopsAtAnotherRunNumberAndGoesOnAtTheOld(t *testing.T) {
	i := interp.New(interp.Options{})
	if _, err := i.Eval("func count() int { n := 0; for n < 5 { n++ }; return n }"); err != nil {
		t.Fatal(err)
	}
	v, err := i.Eval("count")
	if err != nil {
		t.Fatal(err)
	}
	count := v.Interface().(func() int)
	number, err := runNumber(i)
	if err != nil {
		t.Fatal(err)
	}
	if got := count(); got != 5 {
		t.Fatalf("before: %d, want 5", got)
	}
	*number++
	if got := count(); got != 0 {
		t.Errorf("stopped: %d, want nothing done", got)
	}
	*number--
	if got := count(); got != 5 {
		t.Errorf("going on: %d, want 5", got)
	}
}
