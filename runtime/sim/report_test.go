package sim_test

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"lockstep/runtime/sim"
)

func TestAReportAsText(t *testing.T) {
	r := sim.Replay("1:a2ca4ba", opposite)
	want := `result         deadlock: no thread can go on
                 MainThread waits for P1 to end (Join)
                 P1 waits for Mutex B, held by P2 (Lock) ← in the circle
                 P2 waits for Mutex A, held by P1 (Lock) ← in the circle
virtual time   0.000 s
threads        3
switch points  12, at 6 of them another thread went on
schedule       1:a2ca4ba`
	if got := r.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAReportAsHTML(t *testing.T) {
	quiet(func() {
		r := sim.Run(1, func() { panic("<b> & co") })
		table := r.HTML()
		if strings.Contains(table, "<b>") || !strings.Contains(table, "panic in MainThread: &lt;b&gt; &amp; co") {
			t.Errorf("the panic's text isn't escaped: %s", table)
		}
		decoder := xml.NewDecoder(strings.NewReader(table))
		for {
			_, err := decoder.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("not well formed: %v in %s", err, table)
			}
		}
		for _, bad := range []string{"#", "rgb", "black", "white"} {
			if strings.Contains(table, bad) {
				t.Errorf("a fixed colour (%s) in %s", bad, table)
			}
		}
	})
}
