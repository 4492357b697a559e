package machine

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"lockstep/runtime/internal/grid"
	"lockstep/runtime/trace"
)

// Report is what happened on the machine. A notebook shows it as tables and a
// timeline; it prints as text.
type Report struct {
	// Policy is the name of the policy.
	Policy string
	// Elapsed is the time at which the last process ended.
	Elapsed time.Duration
	// CPUs is what each processor did, Devices what each device did, in the order in
	// which they were first used.
	CPUs    []CPUUse
	Devices []DeviceUse
	// AnyBusy is how long at least one processor computed.
	AnyBusy time.Duration
	// Processes are all but init, by number.
	Processes []Process
	// Switches are the context switches, in order of time.
	Switches Switches
	// Zombies are the times that processes were zombies, in order of their end. One
	// that is taken out of the table at once isn't among them.
	Zombies []ZombieTime
	// Err is nil if the run came to its end: else an *Error.
	Err error

	histories [][]change
	timeline  *trace.Trace
	gantt     *trace.Trace
}

// Process is what a process came to.
type Process struct {
	PID      int
	Parent   int // the number of its parent when it ended
	Name     string
	Priority int
	Job      int           // index of the Job that it is, or that it descends from
	Arrival  time.Duration // when it came
	Started  time.Duration // when it first ran
	Ended    time.Duration
	Computed time.Duration
	Ready    time.Duration // how long it was ready and didn't run: the waiting time
	Blocked  time.Duration // how long it was blocked
	Status   int           // of its exit
	Loads    int           // how often a context switch gave it a processor
	Orphan   bool          // its parent ended first, and init adopted it
}

// Turnaround returns the time from a process's arrival to its end (OSTEP chapter 7).
func (p Process) Turnaround() time.Duration { return p.Ended - p.Arrival }

// Response returns the time from a process's arrival to its first run (OSTEP chapter
// 7).
func (p Process) Response() time.Duration { return p.Started - p.Arrival }

// CPUUse is what one processor did.
type CPUUse struct {
	Busy     time.Duration // it computed
	Switched time.Duration // it switched contexts
	Idle     time.Duration // it did nothing
}

// DeviceUse is what one device did.
type DeviceUse struct {
	Name   string
	Busy   time.Duration // of all its servers together
	Queued time.Duration // that requests waited for it, together
}

// ZombieTime is a time that a process was a zombie.
type ZombieTime struct {
	PID    int
	Name   string
	From   time.Duration // it ended
	To     time.Duration // it was taken out of the process table
	Reaper string        // the name of the process that did that
}

func (m *machine) report() Report {
	r := Report{Policy: m.policy.name, Elapsed: m.now, Switches: m.switches, Zombies: m.zombies, AnyBusy: m.anyBusy, Err: m.err}
	for _, c := range m.cpus {
		r.CPUs = append(r.CPUs, CPUUse{c.busy, c.lost, m.now - c.busy - c.lost})
	}
	for _, name := range m.order {
		d := m.devices[name]
		r.Devices = append(r.Devices, DeviceUse{name, d.busy, d.queued})
	}
	for _, p := range m.all {
		r.Processes = append(r.Processes, Process{
			PID: p.pid, Parent: p.parent.pid, Name: p.name, Priority: p.priority, Job: p.job,
			Arrival: p.arrival, Started: p.began, Ended: p.ended,
			Computed: p.used, Ready: p.waited, Blocked: p.blocked, Status: p.status, Loads: p.loads, Orphan: p.orphan,
		})
		r.histories = append(r.histories, p.history)
	}
	r.timeline, r.gantt = m.trace.Trace(), m.gantt.Trace()
	return r
}

// OK reports whether nothing went wrong.
func (r Report) OK() bool { return r.Err == nil }

// Process returns the first process of the given name. The error is an *Error that
// wraps ErrUnknownProcess.
func (r Report) Process(name string) (Process, error) {
	i := slices.IndexFunc(r.Processes, func(p Process) bool { return p.Name == name })
	if i < 0 {
		return Process{}, &Error{fmt.Sprintf("Process(%q)", name), ErrUnknownProcess}
	}
	return r.Processes[i], nil
}

// Utilisation returns the part of the time that the processors computed, from 0 to
// 1.
func (r Report) Utilisation() float64 {
	if r.Elapsed == 0 {
		return 0
	}
	used := 0.0
	for _, c := range r.CPUs {
		used += float64(c.Busy) / float64(r.Elapsed)
	}
	return used / float64(len(r.CPUs))
}

// Turnaround returns the mean of the processes' turnaround times.
func (r Report) Turnaround() time.Duration { return r.mean(Process.Turnaround) }

// Response returns the mean of the processes' response times.
func (r Report) Response() time.Duration { return r.mean(Process.Response) }

// Waiting returns the mean of the times that the processes were ready and didn't
// run.
func (r Report) Waiting() time.Duration {
	return r.mean(func(p Process) time.Duration { return p.Ready })
}

func (r Report) mean(of func(Process) time.Duration) time.Duration {
	n := time.Duration(len(r.Processes))
	if n == 0 {
		return 0
	}
	var whole, rest time.Duration // the sum itself might be too large
	for _, p := range r.Processes {
		d := of(p)
		whole += d / n
		rest += d % n
	}
	return whole + rest/n
}

// Timeline returns the timeline with a lane for each process.
func (r Report) Timeline() trace.Timeline { return r.Trace().Timeline() }

// Trace returns all that happened to the processes, as a trace.
func (r Report) Trace() *trace.Trace {
	if r.timeline == nil {
		return new(trace.Recorder).Trace()
	}
	return r.timeline
}

// Gantt returns the timeline with a lane for each processor: a Gantt chart.
func (r Report) Gantt() trace.Timeline {
	if r.gantt == nil {
		return new(trace.Recorder).Trace().Timeline()
	}
	return r.gantt.Timeline()
}

// tableClass is the class of tables in HTML.
const tableClass = "lockstep-machine"

// facts are the lines above the processes.
func (r Report) facts() grid.Table {
	t := grid.Table{Class: tableClass, Head: []string{say("policy"), r.Policy}}
	t.Add(say("time"), grid.Duration(r.Elapsed))
	t.Add(say("CPU use"), r.use())
	t.Add(say("context switches"), r.Switches.causes())
	for _, d := range r.Devices {
		t.Add(d.Name, say("busy %s, waited for %s", grid.Duration(d.Busy), grid.Duration(d.Queued)))
	}
	t.Add(say("mean turnaround"), grid.Duration(r.Turnaround()))
	t.Add(say("mean response"), grid.Duration(r.Response()))
	t.Add(say("mean waiting"), grid.Duration(r.Waiting()))
	return t
}

// use says what the processors did.
func (r Report) use() string {
	var lost time.Duration
	for _, c := range r.CPUs {
		lost += c.Switched
	}
	s := grid.Percent(r.Utilisation())
	if n := len(r.CPUs); n > 1 {
		s = say("%s of %d CPUs", s, n)
	}
	if lost > 0 {
		s += say(", %s lost on context switches", grid.Duration(lost))
	}
	return s
}

func (r Report) processes() grid.Table {
	t := grid.Table{Class: tableClass, Head: []string{
		"PID", say("process"), say("arrival"), say("first run"), say("end"), say("turnaround"), say("response"), say("waiting"), say("computed"), say("blocked"), say("exit"),
	}, Numbers: 1, Right: 2}
	for _, p := range r.Processes {
		t.Add(fmt.Sprint(p.PID), p.Name, grid.Duration(p.Arrival), grid.Duration(p.Started), grid.Duration(p.Ended), grid.Duration(p.Turnaround()),
			grid.Duration(p.Response()), grid.Duration(p.Ready), grid.Duration(p.Computed), grid.Duration(p.Blocked), fmt.Sprint(p.Status))
	}
	return t
}

// String returns the report as text, without a line feed at the end.
func (r Report) String() string {
	if r.Err != nil {
		return r.Err.Error()
	}
	return r.facts().Text() + "\n\n" + r.processes().Text() + "\n\n" + r.Timeline().String()
}

// HTML returns the report for a notebook: the figures, the processes and the
// timeline.
func (r Report) HTML() string {
	if r.Err != nil {
		return "<p>" + html.EscapeString(r.Err.Error()) + "</p>"
	}
	var b strings.Builder
	b.WriteString(r.facts().FactsHTML())
	b.WriteString(r.processes().HTML())
	b.WriteString(r.Timeline().HTML())
	return b.String()
}
