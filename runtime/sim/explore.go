package sim

import (
	"runtime"
	"slices"
	"strings"
	"time"

	"lockstep/runtime/internal/explore"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/simworld"
)

// Exploration is what Explore found, over all its schedules.
type Exploration struct {
	// Schedules is the number of schedules that were run, Failing that of those in
	// which something went wrong otherwise than by a data race, Racing that of those
	// with a data race.
	Schedules, Failing, Racing int
	// Failures is what went wrong, the most frequent first.
	Failures []Failure
	// Proved says that no schedule fails or races: all were run, or one of each class
	// (see Reduce), and all values of select statements, random numbers and the order
	// of maps.
	Proved bool
	// How says which schedules were run.
	How string
	// Limit says why that isn't all there are; empty if it is.
	Limit string
	// Given says on which condition the result is a proof; empty if on none.
	Given string
	// Races is the data races of one schedule, RaceSchedule. Replay shows it.
	Races        []Race
	RaceSchedule string
}

// Failure is one way in which schedules go wrong.
type Failure struct {
	What  string // such as "n is 99, want 98", "deadlock"
	Count int    // of schedules
}

// Explore runs body under every schedule, and reports the shortest of those that
// go wrong: in which a thread panics, no thread can go on, a thread is left for
// ever, there is no end within the bound of switch points, two accesses race, or
// the function given to Check returns an error. The shortest is the one with the
// fewest preemptions; then with the fewest switches of threads, then of steps.
//
// body must do the same each time, but for the schedule: it must make what it uses
// anew, or set it back. The runtime's primitives and every Var are set back for it,
// in a notebook, and in a program that gosim is told of, variables too. The function given to Check sees them
// as the schedule has left them.
// What it prints is discarded; Replay of the schedule shows it.
//
// Schedules are run depth first, all that there are. Beyond its budget
// (MaxSchedules; 2,000,000 switch points in all) Explore begins again, with one
// schedule of each class (see Reduce); and beyond that it goes on at random, and
// says that the result is no proof.
func Explore(body func(), opts ...Option) Report {
	begin(body)
	e := &exploration{settings: settle(opts), body: body, began: time.Now(), kinds: map[string]int{}}
	if e.maxSteps == 0 {
		e.maxSteps = DefaultExploreSteps
	}
	outer := scope.Current()
	e.quiet = outer.With(nil)
	simworld.Mute(e.quiet)
	defer e.quiet.Release()
	e.runner = simworld.NewRunner()
	defer e.runner.Close()

	defer e.setBack()
	e.all(outer)
	return e.report()
}

// exploration is the work of one Explore.
type exploration struct {
	settings
	body   func()
	runner *simworld.Runner
	quiet  *scope.Scope     // of the check
	last   *simworld.Result // of body since the last time, or nil
	began  time.Time

	Exploration
	steps int // switch points of all schedules
	kinds map[string]int
	best  *found // the shortest that fails
	race  *found // the shortest that races
	first string // the first schedule
	fault error  // what makes going on useless
	given []string
	// spared says that a thread which looked in vain was kept waiting in some schedule.
	spared bool
	seen   int // the most switch points of a schedule
}

// found is a schedule of which something is known.
type found struct {
	schedule                     string
	kind                         string
	preemptions, switches, steps int
}

func (f *found) shorter(other *found) bool {
	switch {
	case other == nil:
		return true
	case f.preemptions != other.preemptions:
		return f.preemptions < other.preemptions
	case f.switches != other.switches:
		return f.switches < other.switches
	}
	return f.steps < other.steps
}

// all runs the schedules.
func (e *exploration) all(outer *scope.Scope) {
	if e.scheduler.with != nil {
		e.sample(e.scheduler, e.budget(DefaultSamples))
		e.How = e.scheduler.name
		e.Limit = say("only these schedules were run")
		e.shorten()
		return
	}
	complete := false
	if !e.reduce {
		search := explore.NewAll()
		search.Preemptions = e.preemptions
		e.How = say("every schedule, depth first")
		if complete = e.search(search, e.budget(DefaultMaxSchedules)); search.Bounded() {
			e.Limit = say("those with more than %d preemptions were left out", e.preemptions)
		}
		if complete || e.fault != nil {
			return
		}
	}
	if e.reduce || e.preemptions < 0 && e.best == nil {
		e.forget()
		e.How = say("one schedule of each class that can't be told apart")
		if complete = e.search(explore.NewReduced(), e.budget(DefaultMaxSchedules)); complete && !outer.TellsAll() {
			e.given = append(e.given, say("the threads share nothing that sim doesn't see"))
		}
	}
	if !complete && e.fault == nil {
		e.Limit = say("the budget is used up")
		if e.best == nil {
			e.How = say("%s, as far as the budget went, then at random", e.How)
			e.sample(scheduler{with: func(seed uint64, steps int) simworld.Chooser {
				if seed%2 == 0 {
					return simworld.Random(seed)
				}
				return simworld.PCT(seed, 2+int(seed/2%3), steps)
			}}, DefaultSamples)
		} else {
			e.How = say("%s, as far as the budget went", e.How)
		}
	}
	e.shorten()
}

func (e *exploration) budget(otherwise int) int {
	if e.maxSchedules > 0 {
		return e.maxSchedules
	}
	return otherwise
}

// forget drops what was counted, as another search begins from the beginning.
func (e *exploration) forget() {
	e.Schedules, e.Failing, e.Racing, e.steps = 0, 0, 0, 0
	clear(e.kinds)
	e.given, e.spared = nil, false
}

// search runs the schedules of s, at most limit, and reports whether those were
// all.
func (e *exploration) search(s explore.Search, limit int) bool {
	began := e.Schedules
	for {
		if e.Schedules-began >= limit || e.steps >= maxAllSteps && e.maxSchedules == 0 || e.late() {
			return false
		}
		r := e.run(simworld.Config{Chooser: s, Trace: s.Trace(), Patient: true})
		if e.fault != nil {
			return false
		}
		more := s.Advance(r)
		if s.Strayed() {
			e.fault = strayed()
			return false
		}
		if !more {
			return true
		}
	}
}

// sample runs n schedules as c chooses.
func (e *exploration) sample(c scheduler, n int) {
	if c.once {
		n = 1
	}
	for i := range n {
		if e.late() {
			return
		}
		e.run(simworld.Config{Chooser: c.with(e.seed+uint64(i), max(e.seen, 10)), Patient: true})
		if e.fault != nil {
			return
		}
	}
}

func (e *exploration) late() bool {
	return e.maxTime > 0 && e.Schedules > 0 && time.Since(e.began) >= e.maxTime
}

// run runs one schedule and counts what came of it.
func (e *exploration) run(config simworld.Config) *simworld.Result {
	r := e.once(config)
	if e.fault != nil || r.GivenUp {
		return r
	}
	if e.Schedules == 0 {
		e.first = r.Schedule
	}
	e.Schedules++
	e.steps += r.Steps
	e.seen = max(e.seen, r.Steps)
	e.spared = e.spared || r.Spared
	this := &found{preemptions: r.Preemptions, switches: r.Switches, steps: r.Steps}
	if this.kind = e.kind(r); this.kind != "" {
		e.Failing++
		e.kinds[this.kind]++
		if this.shorter(e.best) {
			this.schedule = r.Schedule
			e.best = this
		}
	}
	if len(r.Races) > 0 {
		e.Racing++
		if this.shorter(e.race) {
			race := *this
			race.schedule = r.Schedule
			e.race = &race
		}
	}
	return r
}

// once runs one schedule.
func (e *exploration) once(config simworld.Config) *simworld.Result {
	e.setBack()
	config.MaxSteps, config.NoRaces, config.Mute, config.Undo = e.maxSteps, e.noRaces, true, true
	r := e.runner.Run(config, e.body)
	e.last = r
	switch {
	case r.Exited || r.Canceled:
		runtime.Goexit()
	case len(r.Refused) > 0:
		refused := r.Refused[0]
		e.fault = &RefusedError{What: refused.What, Thread: refused.Thread, Where: refused.Where.String()}
	case r.Foreign:
		e.fault = ErrForeignGoroutine
	}
	return r
}

func strayed() *BodyError {
	return &BodyError{say("the body doesn't do the same each time: the same choices led to other ones; it must set back what it changes, and ask nothing outside the simulation")}
}

// setBack gives the session's variables, and the primitives made before, what they
// had at first.
func (e *exploration) setBack() {
	if e.last == nil {
		return
	}
	e.last.SetBack()
	e.last = nil
}

// kind says in which way a run failed, alike for those that differ in details
// only; empty if it did not.
func (e *exploration) kind(r *simworld.Result) string {
	switch {
	case len(r.Panics) > 0:
		p := r.Panics[0]
		return (&PanicError{Thread: p.Thread, Value: p.Value}).Error()
	case len(r.Stuck) > 0 && left(r):
		return say("threads are left for ever")
	case len(r.Stuck) > 0 || len(r.BrokenUp) > 0:
		return say("deadlock")
	case r.OutOfSteps:
		return say("no end within %d switch points", e.maxSteps)
	}
	var err error
	if e.check != nil {
		e.quiet.Do(func() { err = checked(e.check) })
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// shorten looks for shorter schedules that fail as the shortest one does, among
// those with few preemptions.
func (e *exploration) shorten() {
	if e.best == nil || e.fault != nil {
		return
	}
	const tries = 2_000
	counted := e.Exploration
	kinds := e.kinds
	for bound := range min(3, e.best.preemptions) {
		e.kinds = map[string]int{}
		search := explore.NewAll()
		search.Preemptions = bound
		for range tries {
			r := e.run(simworld.Config{Chooser: search, Patient: true})
			if e.fault != nil || e.best.preemptions <= bound || !search.Advance(r) || search.Strayed() || e.late() {
				break
			}
		}
		if e.best.preemptions <= bound {
			break
		}
	}
	e.Exploration, e.kinds, e.fault = counted, kinds, nil
}

// report runs the shortest schedule that went wrong once more, now recorded.
func (e *exploration) report() Report {
	if e.fault != nil {
		return Report{Err: e.fault}
	}
	for what, count := range e.kinds {
		e.Failures = append(e.Failures, Failure{what, count})
	}
	slices.SortFunc(e.Failures, func(a, b Failure) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		if a.What < b.What {
			return -1
		}
		return 1
	})
	if e.spared {
		e.given = append([]string{say("a thread that looks in vain, again and again, waits until something has changed")}, e.given...)
	}
	e.Given = strings.Join(e.given, say("; "))
	e.Proved = e.Limit == "" && e.Failing == 0 && e.Racing == 0

	var r Report
	var ok bool
	if e.race != nil {
		if r, ok = e.again(e.race); !ok {
			return r
		}
		e.Races, e.RaceSchedule = races(r.run), e.race.schedule
	}
	if e.best != nil {
		if r, ok = e.again(e.best); !ok {
			return r
		}
	}
	if e.Proved || r.run == nil {
		// The first schedule, for what the report says beside the verdict.
		if r, ok = e.again(&found{schedule: e.first}); !ok {
			return r
		}
	}
	r.Explored = &e.Exploration
	return r
}

// again runs a schedule and records it.
func (e *exploration) again(f *found) (Report, bool) {
	choices, err := simworld.ParseSchedule(f.schedule)
	if err != nil {
		return Report{Err: &BodyError{err.Error()}}, false
	}
	script := simworld.Script(choices)
	result := e.once(simworld.Config{Chooser: script, Record: maxEvents})
	if e.fault == nil && script.Strayed() {
		e.fault = strayed()
	}
	if e.fault != nil {
		return Report{Err: e.fault}, false
	}
	var r Report
	e.quiet.Do(func() { r = report(result, e.settings) })
	return r, true
}
