package machine_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/machine"
)

const s = time.Second

// compute returns jobs that come at once and only compute, called A, B, C ….
func compute(durations ...time.Duration) []machine.Job {
	var jobs []machine.Job
	for i, d := range durations {
		jobs = append(jobs, machine.Job{Name: string(rune('A' + i)), Program: machine.Program{machine.Compute(d)}})
	}
	return jobs
}

// arriving gives jobs their arrival times.
func arriving(jobs []machine.Job, at ...time.Duration) []machine.Job {
	for i := range jobs {
		jobs[i].Arrival = at[i]
	}
	return jobs
}

func priorities(jobs []machine.Job, p ...int) []machine.Job {
	for i := range jobs {
		jobs[i].Priority = p[i]
	}
	return jobs
}

// run runs jobs, and checks what must hold of every run.
func run(t *testing.T, jobs []machine.Job, policy machine.Policy, opts ...machine.Option) machine.Report {
	t.Helper()
	r := machine.Run(jobs, policy, opts...)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	var busy, computed time.Duration
	for i, c := range r.CPUs {
		busy += c.Busy
		if c.Idle < 0 || c.Busy+c.Switched+c.Idle != r.Elapsed {
			t.Errorf("CPU %d: %+v, elapsed %v", i, c, r.Elapsed)
		}
	}
	for _, p := range r.Processes {
		computed += p.Computed
		if sum := p.Computed + p.Ready + p.Blocked; sum != p.Turnaround() {
			t.Errorf("%s: computed, ready and blocked for %v together, turnaround %v", p.Name, sum, p.Turnaround())
		}
	}
	if busy != computed {
		t.Errorf("the processors computed for %v, the processes for %v", busy, computed)
	}
	if err := r.Trace().Err(); err != nil {
		t.Error(err)
	}
	return r
}

// ends returns when the processes ended, as text.
func ends(r machine.Report) string {
	var all []string
	for _, p := range r.Processes {
		all = append(all, p.Ended.String())
	}
	return strings.Join(all, " ")
}

func third(sum time.Duration) time.Duration { return sum / 3 }

// The cases of OSTEP chapter 7 ("CPU Scheduling"), worked out by hand.
func TestSchedulingAsInOSTEP(t *testing.T) {
	convoy := func() []machine.Job { return compute(100*s, 10*s, 10*s) }
	late := func() []machine.Job { return arriving(convoy(), 0, 10*s, 10*s) }
	for _, test := range []struct {
		name       string
		jobs       []machine.Job
		policy     machine.Policy
		ends       string
		turnaround time.Duration
		response   time.Duration
	}{
		// 10, 20, 30: (10+20+30)/3 = 20; they begin at 0, 10, 20.
		{"FIFO, equal jobs", compute(10*s, 10*s, 10*s), machine.FIFO(), "10s 20s 30s", 20 * s, 10 * s},
		// The convoy: 100, 110, 120: 330/3 = 110; begin at 0, 100, 110.
		{"FIFO, a long job first", convoy(), machine.FIFO(), "1m40s 1m50s 2m0s", 110 * s, 70 * s},
		// B 0–10, C 10–20, A 20–120: (120+10+20)/3 = 50; begin at 20, 0, 10.
		{"SJF", convoy(), machine.SJF(), "2m0s 10s 20s", 50 * s, 10 * s},
		// A 0–100, B 100–110, C 110–120; B and C came at 10: (100+100+110)/3 = 103⅓;
		// responses 0, 90, 100.
		{"SJF, short jobs late", late(), machine.SJF(), "1m40s 1m50s 2m0s", third(310 * s), third(190 * s)},
		// A 0–10, B 10–20, C 20–30, A 30–120: (120+10+20)/3 = 50; responses 0, 0, 10.
		{"STCF, short jobs late", late(), machine.STCF(), "2m0s 20s 30s", 50 * s, third(10 * s)},
		// Three jobs of 5: SJF ends 5, 10, 15, begins 0, 5, 10.
		{"SJF, response", compute(5*s, 5*s, 5*s), machine.SJF(), "5s 10s 15s", 10 * s, 5 * s},
		// ABCABCABCABCABC: ends 13, 14, 15, begins 0, 1, 2.
		{"RR, response", compute(5*s, 5*s, 5*s), machine.RoundRobin(s), "13s 14s 15s", 14 * s, s},
	} {
		r := run(t, test.jobs, test.policy)
		if ends(r) != test.ends || r.Turnaround() != test.turnaround || r.Response() != test.response {
			t.Errorf("%s: ends %s, turnaround %v, response %v; want %s, %v, %v", test.name,
				ends(r), r.Turnaround(), r.Response(), test.ends, test.turnaround, test.response)
		}
	}
}

// The examples of Silberschatz, Galvin, Gagne, "Operating System Concepts", section
// 5.3, where the mean waiting time is worked out.
func TestWaitingAsInSilberschatz(t *testing.T) {
	const ms = time.Millisecond
	for _, test := range []struct {
		name    string
		jobs    []machine.Job
		policy  machine.Policy
		waiting time.Duration
	}{
		// Waits 0, 24, 27.
		{"FCFS", compute(24*ms, 3*ms, 3*ms), machine.FIFO(), 17 * ms},
		// The short ones first: waits 0, 3, 6.
		{"FCFS, other order", compute(3*ms, 3*ms, 24*ms), machine.FIFO(), 3 * ms},
		// P4 0–3, P1 3–9, P3 9–16, P2 16–24: (3+16+9+0)/4.
		{"SJF", compute(6*ms, 8*ms, 7*ms, 3*ms), machine.SJF(), 7 * ms},
		// P1 0–1, P2 1–5, P4 5–10, P1 10–17, P3 17–26: (9+0+15+2)/4.
		{"SRTF", arriving(compute(8*ms, 4*ms, 9*ms, 5*ms), 0, ms, 2*ms, 3*ms), machine.STCF(), 6500 * time.Microsecond},
		// The same, not preemptive: P1 0–8, P2 8–12, P4 12–17, P3 17–26: (0+7+15+9)/4.
		{"SJF of these", arriving(compute(8*ms, 4*ms, 9*ms, 5*ms), 0, ms, 2*ms, 3*ms), machine.SJF(), 7750 * time.Microsecond},
		// P1 0–4, P2 4–7, P3 7–10, P1 10–30: (6+4+7)/3.
		{"RR", compute(24*ms, 3*ms, 3*ms), machine.RoundRobin(4 * ms), third(17 * ms)},
		// P2 0–1, P5 1–6, P1 6–16, P3 16–18, P4 18–19: (6+0+16+18+1)/5.
		{"priority", priorities(compute(10*ms, ms, 2*ms, ms, 5*ms), 3, 1, 4, 5, 2), machine.ByPriority(false), 8200 * time.Microsecond},
		// P4 0–7, P2 7–9, P3 9–11, P2 11–13, P3 13–14, P1 14–16, P5 16–18, P1 18–20,
		// P5 20–21, with the arrivals all 0 (section 5.3.4, priority with RR):
		// waits P1 16, P2 9, P3 11, P4 0, P5 18.
		{"priority with RR", priorities(compute(4*ms, 4*ms, 3*ms, 7*ms, 3*ms), 3, 2, 2, 1, 3), machine.ByPrioritySlice(2 * ms), 10800 * time.Microsecond},
	} {
		if r := run(t, test.jobs, test.policy); r.Waiting() != test.waiting {
			t.Errorf("%s: %v, want %v\n%v", test.name, r.Waiting(), test.waiting, r)
		}
	}
}

func TestPriorityMayInterrupt(t *testing.T) {
	jobs := func() []machine.Job { return arriving(priorities(compute(4*s, 2*s), 5, 1), 0, s) }
	// A 0–4, B 4–6.
	if r := run(t, jobs(), machine.ByPriority(false)); ends(r) != "4s 6s" {
		t.Errorf("not preemptive: %s", ends(r))
	}
	// A 0–1, B 1–3, A 3–6.
	r := run(t, jobs(), machine.ByPriority(true))
	if ends(r) != "6s 3s" || r.Switches.Count(machine.Preempted) != 1 {
		t.Errorf("preemptive: %s\n%v", ends(r), r.Switches)
	}
}

func TestWhoBecomesReadyAtTheEndOfASliceComesFirst(t *testing.T) {
	// A 0–2; B comes at 2, before A is put back: B 2–4, A 4–6.
	r := run(t, arriving(compute(4*s, 2*s), 0, 2*s), machine.RoundRobin(2*s))
	if ends(r) != "6s 4s" {
		t.Errorf("ends %s", ends(r))
	}
}

// OSTEP chapter 7.8: while a job waits for the disk, the other one computes.
func TestIOOverlapsWithComputing(t *testing.T) {
	const ms = time.Millisecond
	jobs := []machine.Job{
		{Name: "A", Program: machine.Program{machine.Repeat(4, machine.Compute(10*ms), machine.IO("disk", 10*ms)), machine.Compute(10 * ms)}},
		{Name: "B", Program: machine.Program{machine.Compute(50 * ms)}},
	}
	// FIFO: A 0–10; B 10–60 keeps the processor; then A 60–70, 80–90, 100–110,
	// 120–130, idle for 10 in between three times.
	if r := run(t, jobs, machine.FIFO()); r.Elapsed != 130*ms || r.CPUs[0].Idle != 30*ms {
		t.Errorf("FIFO: %v", r)
	}
	// STCF: each burst of A is a short job: A 0–10, B 10–20, A 20–30 …; never idle.
	r := run(t, jobs, machine.STCF())
	if r.Elapsed != 100*ms || r.Utilisation() != 1 {
		t.Errorf("STCF: %v", r)
	}
	if d := r.Devices[0]; d.Name != "disk" || d.Busy != 40*ms || d.Queued != 0 {
		t.Errorf("the disk: %+v", d)
	}
}

func TestADeviceServesInOrder(t *testing.T) {
	program := machine.Program{machine.Compute(s), machine.IO("disk", 4*s)}
	jobs := []machine.Job{{Name: "A", Program: program}, {Name: "B", Program: program}}
	// A computes 0–1, B 1–2; the disk serves A 1–5 and B, which waits from 2, 5–9.
	r := run(t, jobs, machine.FIFO())
	if ends(r) != "5s 9s" || r.Devices[0].Queued != 3*s {
		t.Errorf("one server: %s, %+v", ends(r), r.Devices)
	}
	// With two servers B is served 2–6.
	r = run(t, jobs, machine.FIFO(), machine.Device("disk", 2))
	if ends(r) != "5s 6s" || r.Devices[0].Queued != 0 {
		t.Errorf("two servers: %s, %+v", ends(r), r.Devices)
	}
}

func TestAContextSwitchCostsTimeAndSavesRegisters(t *testing.T) {
	// A 0–1, switch 1–2, B 2–3, switch, A 4–5, which ends, switch, B 6–7.
	r := run(t, compute(2*s, 2*s), machine.RoundRobin(s), machine.SwitchCost(s))
	if ends(r) != "5s 7s" || r.CPUs[0].Busy != 4*s || r.CPUs[0].Switched != 3*s {
		t.Errorf("ends %s, %+v", ends(r), r.CPUs)
	}
	want := []machine.Switch{
		{At: 0, To: "A", ToPID: 2},
		{At: s, From: "A", FromPID: 2, Saved: machine.Registers{AC: s}, Cause: machine.SliceUsed, To: "B", ToPID: 3, Cost: s},
		{At: 3 * s, From: "B", FromPID: 3, Saved: machine.Registers{AC: s}, Cause: machine.SliceUsed, To: "A", ToPID: 2, Loaded: machine.Registers{AC: s}, Cost: s},
		{At: 5 * s, From: "A", FromPID: 2, Saved: machine.Registers{PC: 1}, Cause: machine.HasEnded, To: "B", ToPID: 3, Loaded: machine.Registers{AC: s}, Cost: s},
	}
	if !slices.Equal(r.Switches, want) {
		t.Errorf("got\n%v", r.Switches)
	}
}

func TestAProcessAloneIsNotSwitched(t *testing.T) {
	r := run(t, compute(10*s), machine.RoundRobin(s), machine.SwitchCost(s))
	if r.Elapsed != 10*s || len(r.Switches) != 1 {
		t.Errorf("%v: %v", r.Elapsed, r.Switches)
	}
}

func TestSeveralProcessorsShareTheQueue(t *testing.T) {
	// CPU 0: A 0–3. CPU 1: B 0–2, C 2–3.
	r := run(t, compute(3*s, 2*s, s), machine.FIFO(), machine.CPUs(2))
	if ends(r) != "3s 2s 3s" || r.Utilisation() != 1 || r.AnyBusy != 3*s {
		t.Errorf("ends %s, use %v", ends(r), r.Utilisation())
	}
	if text := r.Gantt().String(); !strings.Contains(text, "CPU 0") || !strings.Contains(text, "CPU 1") {
		t.Errorf("got\n%s", text)
	}
	// A third processor is of no use to two jobs.
	r = run(t, compute(2*s, 2*s), machine.RoundRobin(s), machine.CPUs(3))
	if r.Elapsed != 2*s || len(r.Switches) != 2 {
		t.Errorf("%v: %v", r.Elapsed, r.Switches)
	}
}

func TestPreemptionTakesTheWorstProcessor(t *testing.T) {
	// A and B run; C comes at 1 and is shorter than A, longer than B: CPU 0 gets C.
	r := run(t, arriving(compute(10*s, 2*s, 3*s), 0, 0, s), machine.STCF(), machine.CPUs(2))
	// A 0–1, C 1–4 on CPU 0; B 0–2 on CPU 1, and then A 2–11 there.
	if ends(r) != "11s 2s 4s" {
		t.Errorf("ends %s\n%v", ends(r), r.Switches)
	}
}

func TestASchedulerOfOnesOwn(t *testing.T) {
	last := machine.Scheduler("LIFO", 0, func(ready []machine.Info) int { return len(ready) - 1 })
	r := run(t, compute(s, s, s), last)
	if ends(r) != "3s 2s 1s" || r.Policy != "LIFO" {
		t.Errorf("%s: ends %s", r.Policy, ends(r))
	}
	longest := machine.Scheduler("longest", s, func(ready []machine.Info) int {
		best := 0
		for i, p := range ready {
			if p.Left > ready[best].Left {
				best = i
			}
		}
		return best
	})
	// A (3) 0–1, now 2 as B: A was put behind B, and B is the first of the longest:
	// B 1–2, now 1; A 2–3, now 1; B 3–4, A 4–5.
	if r := run(t, compute(3*s, 2*s), longest); ends(r) != "5s 4s" {
		t.Errorf("longest: ends %s\n%v", ends(r), r.Switches)
	}
}

func TestOneJobUsesTheProcessorForThePartThatItDoesNotWait(t *testing.T) {
	jobs := []machine.Job{{Program: machine.Program{machine.Repeat(10, machine.Compute(2*s), machine.IO("disk", 8*s))}}}
	r := run(t, jobs, machine.FIFO())
	want, err := machine.Utilisation(0.8, 1)
	if got := r.Utilisation(); err != nil || math.Abs(got-want) > 1e-9 || math.Abs(got-0.2) > 1e-9 {
		t.Errorf("%v, want %v (%v)", got, want, err)
	}
}

// waiters are n jobs that compute for a mean of 2 and wait for a mean of 8, each
// for itself.
func waiters(n int) []machine.Job {
	var jobs []machine.Job
	for range n {
		jobs = append(jobs, machine.Job{Program: machine.Program{
			machine.Repeat(4000, machine.ComputeAbout(2*time.Millisecond), machine.SleepAbout(8*time.Millisecond)),
		}})
	}
	return jobs
}

// Where nobody has to wait for a processor, the textbook's 1-pⁿ is exact: it is the
// chance that not all n wait. 1-0.8² = 0.36; 1-0.8⁵ = 0.67232.
func TestMultiprogrammingAsInTheTextbook(t *testing.T) {
	for n, want := range map[int]float64{1: 0.2, 2: 0.36, 3: 0.488, 5: 0.67232, 10: 0.8926258176} {
		formula, err := machine.Utilisation(0.8, n)
		if err != nil || math.Abs(formula-want) > 1e-9 {
			t.Errorf("the formula says %v for %d jobs, want %v (%v)", formula, n, want, err)
		}
		r := run(t, waiters(n), machine.FIFO(), machine.CPUs(n), machine.Seed(1))
		if got := float64(r.AnyBusy) / float64(r.Elapsed); math.Abs(got-want) > 0.02 {
			t.Errorf("%d jobs: some processor is busy for %.3f of the time, want %.3f", n, got, want)
		}
	}
}

// On one processor a job also waits for that: the machine repairman's model (Kleinrock,
// "Queueing Systems" I, section 3.8) has the use 1-1/Σ n!/(n-k)!·(c/w)ᵏ. With c/w =
// ¼: n = 2: 1-1/(1+½+⅛) = 0.3846; n = 3: 1-1/(1+¾+⅜+3/32) = 0.5493.
func TestMultiprogrammingOnOneProcessor(t *testing.T) {
	for n, want := range map[int]float64{1: 0.2, 2: 0.38462, 3: 0.54930, 5: 0.80093} {
		for _, policy := range []machine.Policy{machine.FIFO(), machine.RoundRobin(time.Millisecond)} {
			r := run(t, waiters(n), policy, machine.Seed(2))
			if got := r.Utilisation(); math.Abs(got-want) > 0.02 {
				t.Errorf("%d jobs, %v: %.3f, want %.3f", n, policy, got, want)
			}
		}
	}
}

func TestTheSeedDecidesAndThePolicyDoesNot(t *testing.T) {
	jobs := []machine.Job{
		{Program: machine.Program{machine.Repeat(20, machine.ComputeAbout(s), machine.IOAbout("disk", s))}},
		{Program: machine.Program{machine.Repeat(20, machine.ComputeAbout(s), machine.SleepAbout(s))}},
	}
	first := run(t, jobs, machine.FIFO(), machine.Seed(7))
	if again := run(t, jobs, machine.FIFO(), machine.Seed(7)); again.String() != first.String() || again.HTML() != first.HTML() {
		t.Error("the same seed gives another report")
	}
	if other := run(t, jobs, machine.FIFO(), machine.Seed(8)); other.String() == first.String() {
		t.Error("another seed gives the same report")
	}
	for _, policy := range []machine.Policy{machine.SJF(), machine.STCF(), machine.RoundRobin(s / 3)} {
		r := run(t, jobs, policy, machine.Seed(7))
		for i, p := range r.Processes {
			if p.Computed != first.Processes[i].Computed {
				t.Errorf("%v: process %d computes for %v, under FIFO for %v", policy, i, p.Computed, first.Processes[i].Computed)
			}
		}
	}
}

func TestRandomTimesHaveTheirMean(t *testing.T) {
	const n = 20_000
	r := run(t, []machine.Job{{Program: machine.Program{machine.Repeat(n, machine.ComputeAbout(time.Millisecond))}}}, machine.FIFO())
	if mean := r.Processes[0].Computed / n; mean < 980*time.Microsecond || mean > 1020*time.Microsecond {
		t.Errorf("the mean is %v, want 1 ms", mean)
	}
}

func TestYieldLetsOthersGoFirst(t *testing.T) {
	jobs := []machine.Job{
		{Name: "A", Program: machine.Program{machine.Compute(s), machine.Yield(), machine.Compute(s)}},
		{Name: "B", Program: machine.Program{machine.Compute(s)}},
	}
	r := run(t, jobs, machine.FIFO())
	if ends(r) != "3s 2s" || r.Switches.Count(machine.Yielded) != 1 {
		t.Errorf("ends %s\n%v", ends(r), r.Switches)
	}
}

func TestComputeStepsInARowAreOneBurst(t *testing.T) {
	jobs := []machine.Job{
		{Name: "A", Program: machine.Program{machine.Compute(s), machine.Compute(5 * s)}},
		{Name: "B", Program: machine.Program{machine.Compute(2 * s)}},
	}
	if r := run(t, jobs, machine.SJF()); ends(r) != "8s 2s" {
		t.Errorf("ends %s", ends(r))
	}
}

func BenchmarkRun(b *testing.B) {
	jobs := waiters(10)
	for b.Loop() {
		machine.Run(jobs, machine.RoundRobin(time.Millisecond))
	}
}
