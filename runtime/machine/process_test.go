package machine_test

import (
	"strings"
	"testing"
	"time"

	"lockstep/runtime/machine"
)

func job(name string, steps ...machine.Step) []machine.Job {
	return []machine.Job{{Name: name, Program: steps}}
}

func TestThreeForksMakeEightProcesses(t *testing.T) {
	r := run(t, job("A", machine.Fork(), machine.Fork(), machine.Fork(), machine.Compute(s)), machine.FIFO())
	if n := len(r.Processes); n != 8 {
		t.Errorf("%d processes", n)
	}
	if r.Elapsed != 8*s {
		t.Errorf("they take %v together", r.Elapsed)
	}
}

func TestAChildGoesOnAfterItsOwnSteps(t *testing.T) {
	// The parent computes for 1, the child for 2+1.
	r := run(t, job("A", machine.Fork(machine.Compute(2*s)), machine.Compute(s)), machine.FIFO())
	if r.Processes[0].Computed != s || r.Processes[1].Computed != 3*s {
		t.Errorf("%v", r)
	}
}

func TestAForkInsideARepeatCopiesTheCount(t *testing.T) {
	// Each pass doubles them: 2⁴.
	r := run(t, job("A", machine.Repeat(4, machine.Fork(), machine.Compute(s))), machine.RoundRobin(s))
	if n := len(r.Processes); n != 16 {
		t.Errorf("%d processes", n)
	}
}

func TestRepeatsNest(t *testing.T) {
	r := run(t, job("A", machine.Repeat(3, machine.Repeat(4, machine.Compute(s)), machine.Compute(10*s))), machine.FIFO())
	if r.Elapsed != 42*s {
		t.Errorf("elapsed %v", r.Elapsed)
	}
}

func TestWaitBlocksUntilAChildHasEnded(t *testing.T) {
	r := run(t, job("A", machine.Fork(machine.Compute(3*s), machine.Exit(7)), machine.Wait(), machine.Compute(s)), machine.FIFO())
	a, child := r.Processes[0], r.Processes[1]
	if a.Blocked != 3*s || a.Ended != 4*s || child.Status != 7 || child.Parent != a.PID || child.Orphan {
		t.Errorf("%+v, %+v", a, child)
	}
	if len(r.Zombies) != 0 {
		t.Errorf("zombies %+v", r.Zombies)
	}
}

func TestWaitWithoutAChildDoesNothing(t *testing.T) {
	r := run(t, job("A", machine.Wait(), machine.WaitAll(), machine.Compute(s)), machine.FIFO())
	if r.Elapsed != s {
		t.Errorf("elapsed %v", r.Elapsed)
	}
}

func TestWaitAllWaitsForAllChildren(t *testing.T) {
	r := run(t, job("A",
		machine.Fork(machine.Compute(3*s), machine.Exit(0)),
		machine.Fork(machine.Compute(s), machine.Exit(0)),
		machine.WaitAll(), machine.Compute(s)), machine.FIFO(), machine.CPUs(2))
	if a := r.Processes[0]; a.Ended != 4*s {
		t.Errorf("%v", r)
	}
}

// zombie is a parent that is busy until 5 s after its child has ended at 1 s.
func zombie() []machine.Job {
	return job("A", machine.Fork(machine.Compute(s), machine.Exit(3)), machine.Compute(6*s), machine.Wait(), machine.Compute(s))
}

func TestAChildThatNobodyWaitsForIsAZombie(t *testing.T) {
	r := run(t, zombie(), machine.FIFO(), machine.CPUs(2))
	want := machine.ZombieTime{PID: 3, Name: "A", From: s, To: 6 * s, Reaper: "A"}
	if len(r.Zombies) != 1 || r.Zombies[0] != want {
		t.Errorf("zombies %+v", r.Zombies)
	}
	table := r.TableAt(2 * s)
	if len(table.Rows) != 3 || table.Rows[2].State != machine.Zombie {
		t.Errorf("got\n%v", table)
	}
	if table := r.TableAt(6 * s); len(table.Rows) != 2 {
		t.Errorf("after the wait:\n%v", table)
	}
	if text := r.Timeline().String(); !strings.Contains(text, "is a zombie: 1–6 s") {
		t.Errorf("got\n%s", text)
	}
}

func TestInitReapsTheZombiesOfAParentThatEnds(t *testing.T) {
	r := run(t, job("A", machine.Fork(machine.Compute(s), machine.Exit(0)), machine.Compute(3*s)), machine.FIFO(), machine.CPUs(2))
	want := machine.ZombieTime{PID: 3, Name: "A", From: s, To: 3 * s, Reaper: "init"}
	if len(r.Zombies) != 1 || r.Zombies[0] != want {
		t.Errorf("zombies %+v", r.Zombies)
	}
	if r.Processes[1].Orphan {
		t.Error("a zombie is said to be an orphan")
	}
}

func TestInitAdoptsOrphans(t *testing.T) {
	r := run(t, job("A", machine.Fork(machine.Compute(5*s)), machine.Compute(s), machine.Exit(0)), machine.FIFO(), machine.CPUs(2))
	child := r.Processes[1]
	if !child.Orphan || child.Parent != 1 {
		t.Errorf("%+v", child)
	}
	before, after := r.TableAt(0).Rows, r.TableAt(2*s).Rows
	if before[2].Parent != 2 || after[1].PID != 3 || after[1].Parent != 1 {
		t.Errorf("before %+v, after %+v", before, after)
	}
	want := "processes at 2s\ninit (1) blocked\n└─ A (3) running"
	if got := r.TreeAt(2 * s).String(); got != want {
		t.Errorf("got\n%s", got)
	}
	want = "all processes\ninit (1)\n├─ A (2) exit 0\n└─ A (3) exit 0, orphan"
	if got := r.Tree().String(); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestExecPutsAnotherProgramInPlace(t *testing.T) {
	other := machine.Program{machine.Compute(2 * s), machine.Exit(4)}
	r := run(t, job("A", machine.Compute(s), machine.Exec("B", other), machine.Compute(100*s)), machine.FIFO())
	p, err := r.Process("B")
	if err != nil || p.PID != 2 || p.Status != 4 || r.Elapsed != 3*s {
		t.Errorf("%+v, %v, elapsed %v", p, err, r.Elapsed)
	}
	if name := r.TableAt(0).Rows[1].Name; name != "A" {
		t.Errorf("before it is called %s", name)
	}
}

func TestTheProcessTableHasTheThreeStates(t *testing.T) {
	jobs := []machine.Job{
		{Name: "A", Program: machine.Program{machine.Compute(s), machine.IO("disk", 5*s), machine.Compute(s)}},
		{Name: "B", Program: machine.Program{machine.Compute(4 * s)}},
		{Name: "C", Program: machine.Program{machine.Compute(4 * s)}},
	}
	r := run(t, jobs, machine.RoundRobin(2*s))
	// A 0–1, B 1–3, and then C; A is at the disk until 6.
	want := strings.Trim(`
process table at 4s
PID  PPID  process  state    why            registers
  1     0  init     blocked  a child        –
  2     1  A        blocked  disk           PC=2 AC=0s SP=0
  3     1  B        ready    slice used up  PC=0 AC=2s SP=0
  4     1  C        running                 in CPU 0
`, "\n")
	if got := r.TableAt(4 * s).String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if rows := r.TableAt(-s).Rows; len(rows) != 1 {
		t.Errorf("before the beginning: %+v", rows)
	}
	if rows := r.TableAt(time.Hour).Rows; len(rows) != 1 {
		t.Errorf("after the end: %+v", rows)
	}
}
