package sim_test

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"lockstep/runtime/sim"
)

func TestAReportAsText(t *testing.T) {
	r := sim.Replay("1:a4b3", opposite)
	want := `result               deadlock: no thread can go on
                       MainThread waits for P1 to end (Join) at sim_test.go:216
                       P1 waits for Mutex B, held by P2 (Lock) at sim_test.go:210, held since sim_test.go:208 ← in the circle
                       P2 waits for Mutex A, held by P1 (Lock) at sim_test.go:210, held since sim_test.go:208 ← in the circle
the four conditions  ✓ mutual exclusion: Mutex B, Mutex A can be held by one thread only
                     ✓ hold and wait: P1 holds Mutex A and waits for Mutex B; P2 holds Mutex B and waits for Mutex A
                     ✓ no preemption: nobody can take it from its holder
                     ✓ circular wait: P1 → P2 → P1
schedule             1:a4b3
threads              3
switch points        9, at 3 of them another thread went on
virtual time         0.000 s

step │ MainThread                │ P1                            │ P2
─────┼───────────────────────────┼───────────────────────────────┼──────────────────────────────
1    │ begins
1    │ Start P1  sim_test.go:214
2    │                           │ is started by MainThread
2    │ Start P2  sim_test.go:215
3    │                           │                               │ is started by MainThread
3    │ Join P1  sim_test.go:216
3    │ … waits  sim_test.go:216
4    │                           │ Lock Mutex A  sim_test.go:208
5    │                           │ ⇄ P2 is let go on
6    │                           │                               │ Lock Mutex B  sim_test.go:208
7    │                           │                               │ Lock Mutex A  sim_test.go:210
7    │                           │                               │ … waits  sim_test.go:210
8    │                           │ Lock Mutex B  sim_test.go:210
8    │                           │ … waits  sim_test.go:210

MainThread waits for P1 to end since sim_test.go:216  ← waits for the circle
P1 waits for Mutex B since sim_test.go:210, held by P2 since sim_test.go:208  ← in the circle
P2 waits for Mutex A since sim_test.go:210, held by P1 since sim_test.go:208  ← in the circle`
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
	})
}
