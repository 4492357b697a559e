package trace_test

import (
	"fmt"
	"time"

	"lockstep/runtime/trace"
)

// A simulation of its own feeds a Recorder and shows the timeline.
func Example() {
	var rec trace.Recorder
	lane := rec.Lane("printer")
	rec.Record(trace.Event{At: 0, Lane: lane, Kind: trace.Running})
	rec.Record(trace.Event{At: 2 * time.Second, Lane: lane, Kind: trace.Sleeping})
	rec.Record(trace.Event{At: 3 * time.Second, Lane: lane, Kind: trace.Running})
	rec.Record(trace.Event{At: 4 * time.Second, Lane: lane, Kind: trace.End})
	fmt.Println(rec.Trace().Timeline())
	// Output:
	// time in s  0        0.5      1        1.5      2        2.5      3        3.5      4
	// printer    ████████████████████████████████████··················██████████████████
	//            █ running  · sleeping
}
