package gil

import (
	"fmt"
	"strings"
	"time"

	"lockstep/runtime/internal/grid"
	"lockstep/runtime/trace"
)

// Report says what the threads under a lock did. A notebook shows it as tables and a
// timeline; it prints as text.
type Report struct {
	// Lock says which lock it was: "GIL, switch interval 5ms".
	Lock string
	// Elapsed is the time from the start of the first thread to the end of the last,
	// or to the report if one has not ended.
	Elapsed time.Duration
	// Threads are the threads in the order of their starts.
	Threads []Thread
	// Switches is how often the lock went from one thread to another.
	Switches int

	timeline *trace.Trace
}

// Thread is what a thread came to. Without a lock, having a processor counts as
// holding.
type Thread struct {
	Name  string
	Began time.Duration // since the start of the first one
	Ended time.Duration // or until when the report goes
	// Holding is for how long it had the lock, Waiting for how long it wanted it, Free
	// for how long it did neither: it slept, or waited for something else. Together
	// they are Ended - Began.
	Holding, Waiting, Free time.Duration
	// Taken is how often it took the lock, Forced how often it had to let go of it
	// because others waited.
	Taken, Forced int
}

// Lasted returns for how long the thread was there.
func (t Thread) Lasted() time.Duration { return t.Ended - t.Began }

// Shares returns which parts of its time a thread held the lock, waited for it, and
// did neither, from 0 to 1.
func (t Thread) Shares() (holding, waiting, free float64) {
	d := float64(t.Lasted())
	if d == 0 {
		return 0, 0, 0
	}
	return float64(t.Holding) / d, float64(t.Waiting) / d, float64(t.Free) / d
}

// Report returns what the threads under the lock have done up to now, in the last
// simulation that it was used in, or in the real world.
func (l *Lock) Report() Report {
	r := Report{Lock: l.String()}
	l.m.Reenter()
	defer l.m.Leave()
	if l.rec == nil {
		return r
	}
	r.Switches = l.changes
	r.timeline = l.rec.Trace()
	for _, x := range l.runners {
		now := x.ended
		times := x.times
		if x.state != ended {
			now = l.world.Now()
			times[x.state] += now.Sub(x.since)
		}
		r.Threads = append(r.Threads, Thread{
			Name: x.name, Began: x.began.Sub(l.began), Ended: now.Sub(l.began),
			Holding: times[holding], Waiting: times[waiting], Free: times[free],
			Taken: x.taken, Forced: x.forced,
		})
		r.Elapsed = max(r.Elapsed, now.Sub(l.began))
	}
	return r
}

// String says which lock it is: "GIL, switch interval 5ms".
func (l *Lock) String() string {
	how := say("switch interval %v", l.interval)
	if l.operation > 0 {
		how = say("let go after each operation of %v", l.operation)
	}
	switch {
	case l.off && l.processors == 0:
		return say("no GIL")
	case l.off && l.processors == 1:
		return say("no GIL, 1 processor, %s", how)
	case l.off:
		return say("no GIL, %d processors, %s", l.processors, how)
	}
	return say("GIL, %s", how)
}

// Thread returns what the first thread of the given name did; ok is false if there is
// none.
func (r Report) Thread(name string) (t Thread, ok bool) {
	for _, t := range r.Threads {
		if t.Name == name {
			return t, true
		}
	}
	return Thread{}, false
}

// Parallelism returns how many threads held the lock, or had a processor, at a time,
// on average: at most 1 under a lock.
func (r Report) Parallelism() float64 {
	if r.Elapsed == 0 {
		return 0
	}
	sum := 0.0
	for _, t := range r.Threads {
		sum += float64(t.Holding) / float64(r.Elapsed)
	}
	return sum
}

// Trace returns when which thread held the lock, waited for it, and did neither.
func (r Report) Trace() *trace.Trace {
	if r.timeline == nil {
		return new(trace.Recorder).Trace()
	}
	return r.timeline
}

// Timeline returns the timeline with a lane for each thread.
func (r Report) Timeline() trace.Timeline { return r.Trace().Timeline().ByTime() }

// tableClass is the class of tables in HTML.
const tableClass = "lockstep-gil"

func (r Report) facts() grid.Table {
	t := grid.Table{Class: tableClass, Head: []string{say("lock"), r.Lock}}
	t.Add(say("time"), grid.Duration(r.Elapsed))
	t.Add(say("computing at a time"), fmt.Sprintf("%.2f", r.Parallelism()))
	t.Add(say("switches"), fmt.Sprint(r.Switches))
	return t
}

func (r Report) threads() grid.Table {
	t := grid.Table{Class: tableClass, Head: []string{
		say("thread"), say("end"), say("holding"), say("waiting"), say("free"), say("taken"), say("forced out"),
	}, Right: 1}
	for _, x := range r.Threads {
		holding, waiting, free := x.Shares()
		t.Add(x.Name, grid.Duration(x.Ended), share(x.Holding, holding), share(x.Waiting, waiting), share(x.Free, free),
			fmt.Sprint(x.Taken), fmt.Sprint(x.Forced))
	}
	return t
}

// share is a time and which part of the whole it is.
func share(d time.Duration, part float64) string {
	return fmt.Sprintf("%s (%.1f%%)", grid.Duration(d), 100*part)
}

// maxLanes is how many threads the timeline of a shown report may have: more aren't
// readable.
const maxLanes = 20

// String returns the report as text, without a line feed at the end.
func (r Report) String() string {
	text := r.facts().Text() + "\n\n" + r.threads().Text()
	if len(r.Threads) <= maxLanes {
		text += "\n\n" + r.Timeline().String()
	}
	return text
}

// HTML returns the report for a notebook: the figures, the threads and the timeline.
func (r Report) HTML() string {
	var b strings.Builder
	b.WriteString(r.facts().FactsHTML())
	b.WriteString(r.threads().HTML())
	if len(r.Threads) <= maxLanes {
		b.WriteString(r.Timeline().HTML())
	}
	return b.String()
}
