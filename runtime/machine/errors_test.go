package machine_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/machine"
)

func TestWrongInputIsAnErrorThatNamesIt(t *testing.T) {
	good := job("A", machine.Compute(s))
	none := machine.FIFO()
	for _, test := range []struct {
		jobs   []machine.Job
		policy machine.Policy
		opt    machine.Option
		err    error
		names  string
	}{
		{nil, none, machine.Option{}, machine.ErrNoJobs, "Run"},
		{job("A"), none, machine.Option{}, machine.ErrEmptyProgram, `job "A"`},
		{[]machine.Job{{}}, none, machine.Option{}, machine.ErrEmptyProgram, "job 1"},
		{job("A", machine.Step{}), none, machine.Option{}, machine.ErrStep, `job "A", step 1`},
		{job("A", machine.Compute(s), machine.Compute(-s)), none, machine.Option{}, machine.ErrDuration, `job "A", step 2: Compute(-1s)`},
		{job("A", machine.ComputeAbout(0)), none, machine.Option{}, machine.ErrDuration, "ComputeAbout(0s)"},
		{job("A", machine.IO("disk", 0)), none, machine.Option{}, machine.ErrDuration, `IO("disk", 0s)`},
		{job("A", machine.IO("", s)), none, machine.Option{}, machine.ErrName, `IO("", 1s)`},
		{job("A", machine.Sleep(-1)), none, machine.Option{}, machine.ErrDuration, "Sleep(-1ns)"},
		{job("A", machine.Repeat(0, machine.Compute(s))), none, machine.Option{}, machine.ErrCount, "Repeat(0, …)"},
		{job("A", machine.Repeat(2)), none, machine.Option{}, machine.ErrEmptyProgram, "Repeat(2, )"},
		{job("A", machine.Fork(machine.Compute(0))), none, machine.Option{}, machine.ErrDuration, "Fork(…), step 1: Compute(0s)"},
		{job("A", machine.Exec("", machine.Program{machine.Compute(s)})), none, machine.Option{}, machine.ErrName, `Exec("", …)`},
		{job("A", machine.Exec("B", nil)), none, machine.Option{}, machine.ErrEmptyProgram, `program "B"`},
		{[]machine.Job{{Name: "A", Arrival: -s, Program: machine.Program{machine.Compute(s)}}}, none, machine.Option{}, machine.ErrDuration, `job "A": arrival -1s`},
		{good, machine.Policy{}, machine.Option{}, machine.ErrPolicy, "Run"},
		{good, machine.RoundRobin(0), machine.Option{}, machine.ErrDuration, "slice 0s"},
		{good, machine.ByPrioritySlice(-s), machine.Option{}, machine.ErrDuration, "slice -1s"},
		{good, machine.Scheduler("mine", -s, func([]machine.Info) int { return 0 }), machine.Option{}, machine.ErrDuration, "mine"},
		{good, machine.Scheduler("mine", 0, nil), machine.Option{}, machine.ErrPolicy, "mine"},
		{good, machine.Scheduler("mine", 0, func([]machine.Info) int { return 1 }), machine.Option{}, machine.ErrChoice, "mine at 0s: 1 of 1 ready"},
		{good, machine.Scheduler("mine", 0, func([]machine.Info) int { return -1 }), machine.Option{}, machine.ErrChoice, "-1 of 1"},
		{good, none, machine.CPUs(0), machine.ErrCount, "CPUs(0)"},
		{good, none, machine.CPUs(65), machine.ErrCount, "CPUs(65)"},
		{good, none, machine.SwitchCost(-1), machine.ErrDuration, "SwitchCost(-1ns)"},
		{good, none, machine.Device("", 1), machine.ErrName, "Device"},
		{good, none, machine.Device("disk", 0), machine.ErrCount, `Device("disk", 0)`},
	} {
		r := machine.Run(test.jobs, test.policy, test.opt)
		var e *machine.Error
		if !errors.Is(r.Err, test.err) || !errors.As(r.Err, &e) || !strings.Contains(r.Err.Error(), test.names) || r.OK() {
			t.Errorf("%v, want %v of %s", r.Err, test.err, test.names)
			continue
		}
		if !strings.Contains(r.String(), test.err.Error()) || !strings.Contains(r.HTML(), "machine: ") {
			t.Errorf("%v isn't shown: %s", r.Err, r)
		}
		_ = r.Timeline().String() + r.Gantt().String() + r.Table().String() + r.Tree().String() + r.Switches.String()
	}
}

func TestARunThatGrowsBeyondAllBoundsIsGivenUp(t *testing.T) {
	for _, test := range []struct {
		jobs []machine.Job
		err  error
	}{
		{job("A", machine.Repeat(1<<40, machine.Fork())), machine.ErrTooManyProcesses},
		{job("A", machine.Repeat(1<<40, machine.Yield())), machine.ErrTooLong},
		{job("A", machine.Repeat(1<<40, machine.Compute(1))), machine.ErrTooLong},
		{job("A", machine.Compute(1<<62), machine.Sleep(1<<62), machine.Sleep(1<<62)), machine.ErrTooLong},
	} {
		if r := machine.Run(test.jobs, machine.RoundRobin(time.Second)); !errors.Is(r.Err, test.err) {
			t.Errorf("%v: %v, want %v", test.jobs[0].Program[0], r.Err, test.err)
		}
	}
}

func TestAnUnknownProcessIsAnError(t *testing.T) {
	r := machine.Run(job("A", machine.Compute(s)), machine.FIFO())
	_, err := r.Process("B")
	if !errors.Is(err, machine.ErrUnknownProcess) || !strings.Contains(err.Error(), `"B"`) {
		t.Errorf("got %v", err)
	}
}

func TestUtilisationChecksItsArguments(t *testing.T) {
	for _, p := range []float64{-0.1, 1.1} {
		if _, err := machine.Utilisation(p, 2); !errors.Is(err, machine.ErrPart) {
			t.Errorf("%v: %v", p, err)
		}
	}
	if _, err := machine.Utilisation(0.5, -1); !errors.Is(err, machine.ErrCount) {
		t.Errorf("got %v", err)
	}
}
