package machine

import (
	"fmt"
	"time"
)

// Job is a process that comes to the machine from outside: a child of init, the
// process with the number 1.
type Job struct {
	// Name is for the reports; without one it is P and the process's number.
	Name string
	// Arrival is the time at which it comes, 0 or more.
	Arrival time.Duration
	// Priority is for ByPriority: a smaller one is more urgent.
	Priority int
	// Program is what it does.
	Program Program
}

// Option changes the machine.
type Option struct{ apply func(*config) error }

type config struct {
	policy  Policy
	cpus    int
	cost    time.Duration
	seed    uint64
	devices map[string]int
}

// CPUs gives the machine n processors, at most 64; without the option it has one.
// They share one queue of ready processes.
func CPUs(n int) Option {
	return Option{func(c *config) error {
		if n < 1 || n > 64 {
			return &Error{fmt.Sprintf("CPUs(%d)", n), ErrCount}
		}
		c.cpus = n
		return nil
	}}
}

// SwitchCost says how long a context switch keeps a processor from computing;
// without the option no time. Loading the first process costs nothing, nor does
// going on with the one that ran last.
func SwitchCost(d time.Duration) Option {
	return Option{func(c *config) error {
		if d < 0 {
			return &Error{fmt.Sprintf("SwitchCost(%v)", d), ErrDuration}
		}
		c.cost = d
		return nil
	}}
}

// Seed decides the random times of ComputeAbout and its kin; without the option it
// is 0.
func Seed(seed uint64) Option {
	return Option{func(c *config) error { c.seed = seed; return nil }}
}

// Device says how many requests a device serves at a time; without the option it is
// one. The others queue, first come, first served.
func Device(name string, servers int) Option {
	return Option{func(c *config) error {
		at := fmt.Sprintf("Device(%q, %d)", name, servers)
		if name == "" {
			return &Error{at, ErrName}
		}
		if servers < 1 {
			return &Error{at, ErrCount}
		}
		c.devices[name] = servers
		return nil
	}}
}

// check says what is wrong with a run that is to be.
func (c *config) check(jobs []Job, opts []Option) error {
	if c.policy.order == nil {
		return &Error{"Run", ErrPolicy}
	}
	if c.policy.err != nil {
		return c.policy.err
	}
	for _, o := range opts {
		if o.apply == nil {
			continue
		}
		if err := o.apply(c); err != nil {
			return err
		}
	}
	if len(jobs) == 0 {
		return &Error{"Run", ErrNoJobs}
	}
	for i, j := range jobs {
		where := fmt.Sprintf("job %d", i+1)
		if j.Name != "" {
			where = fmt.Sprintf("job %q", j.Name)
		}
		if j.Arrival < 0 {
			return &Error{fmt.Sprintf("%s: arrival %v", where, j.Arrival), ErrDuration}
		}
		if err := j.Program.check(where); err != nil {
			return err
		}
	}
	return nil
}
