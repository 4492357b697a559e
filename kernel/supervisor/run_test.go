package supervisor_test

import (
	"reflect"
	"testing"
)

func TestACellPrintsInTheOrderOfItsStatements(t *testing.T) {
	s := newSupervisor(t)
	r := run(t, s, cell(1, "fmt", "var x int", `x = 5; ʹrt.Declared(1)
fmt.Println("before")
ʹrt.Show(x)
fmt.Println("after")
fmt.Fprintln(ʹrt.Stderr(), "problem")
ʹrt.Show("end")`))
	// The order between the two streams is known only where something is shown.
	got := r.all()
	if len(got) == 5 && got[2] == "stderr:problem\n" {
		got[2], got[3] = got[3], got[2]
	}
	want := []string{"stdout:before\n", "value:5", "stdout:after\n", "stderr:problem\n", `value:"end"`}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("output %q, want %q", got, want)
	}
}

func TestDisplaysUpdatesAndClearsKeepTheirOrder(t *testing.T) {
	s := newSupervisor(t)
	r := run(t, s, cell(1, "fmt lockstep/runtime/display", "", `h := display.Show(display.Markdown("one"))
fmt.Println("between")
h.Update(display.HTML("two"))
display.Clear(true)
fmt.Println("end")`))
	want := []string{"display:one", "stdout:between\n", "display:two", "clear:true", "stdout:end\n"}
	if got := r.all(); !reflect.DeepEqual(got, want) {
		t.Errorf("output %q, want %q", got, want)
	}
}
