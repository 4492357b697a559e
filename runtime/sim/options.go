package sim

import (
	"fmt"
	"time"

	"lockstep/runtime/internal/simworld"
)

// The bounds that hold unless an option says otherwise.
const (
	// DefaultMaxSteps is the number of switch points after which Run and Replay give a
	// run up.
	DefaultMaxSteps = 1_000_000
	// DefaultExploreSteps is that number for each schedule of Explore.
	DefaultExploreSteps = 10_000
	// DefaultMaxSchedules is the number of schedules that Explore runs in order.
	DefaultMaxSchedules = 50_000
	// DefaultSamples is the number of schedules that Explore runs at random, where it
	// does.
	DefaultSamples = 1_000
)

// maxAllSteps is the number of switch points, in all schedules together, after
// which Explore takes its budget of schedules for used up. Unlike a time it is the
// same on every machine.
const maxAllSteps = 2_000_000

// Option changes how a simulation runs.
type Option struct{ apply func(*settings) }

type settings struct {
	maxSteps     int
	maxSchedules int
	maxTime      time.Duration
	preemptions  int
	reduce       bool
	noRaces      bool
	seed         uint64
	check        func() error
	scheduler    scheduler
}

// scheduler is another way to choose than the usual one; its zero value is none.
type scheduler struct {
	name string
	// with returns the chooser with a seed, for runs of about the given number of
	// switch points.
	with func(seed uint64, steps int) simworld.Chooser
	once bool // the seed changes nothing
}

func settle(opts []Option) settings {
	s := settings{preemptions: -1, seed: 1}
	for _, o := range opts {
		if o.apply != nil {
			o.apply(&s)
		}
	}
	return s
}

// atLeast panics if n is less than least.
func atLeast(option string, n, least int) {
	if n < least {
		panic(fmt.Sprintf("sim.%s: %d is less than %d", option, n, least))
	}
}

// MaxSteps gives a run up after n switch points, with ErrTooManySteps. It panics
// for n < 1.
func MaxSteps(n int) Option {
	atLeast("MaxSteps", n, 1)
	return Option{func(s *settings) { s.maxSteps = n }}
}

// MaxSchedules bounds how many schedules Explore runs in order before it goes on
// at random, or at random if that is all it does. It panics for n < 1.
func MaxSchedules(n int) Option {
	atLeast("MaxSchedules", n, 1)
	return Option{func(s *settings) { s.maxSchedules = n }}
}

// MaxTime bounds the time by the wall clock that Explore takes. How far it comes
// then depends on the machine. It panics for d <= 0.
func MaxTime(d time.Duration) Option {
	if d <= 0 {
		panic(fmt.Sprintf("sim.MaxTime: %v is not positive", d))
	}
	return Option{func(s *settings) { s.maxTime = d }}
}

// Preemptions has Explore leave out the schedules in which a thread that could have
// gone on had to wait for another more than n times. Most errors show with two
// (Musuvathi, Qadeer, PLDI 2007). It panics for n < 0.
func Preemptions(n int) Option {
	atLeast("Preemptions", n, 0)
	return Option{func(s *settings) { s.preemptions = n }}
}

// Reduce has Explore run one schedule of each class of schedules that can't be told
// apart: two are of a class if one becomes the other by exchanging steps of two
// threads that have nothing to do with each other. It finds what running all would
// find, if the threads share only what sim sees: in a notebook all that they share;
// in a Go program the runtime's types, Var included.
//
// Source: Flanagan, Godefroid, POPL 2005; Abdulla, Aronis, Jonsson, Sagonas, POPL
// 2014.
func Reduce() Option { return Option{func(s *settings) { s.reduce = true }} }

// NoRaces turns the detection of data races off.
func NoRaces() Option { return Option{func(s *settings) { s.noRaces = true }} }

// Seed is where Explore's random schedules begin; 1 unless given.
func Seed(seed uint64) Option { return Option{func(s *settings) { s.seed = seed }} }

// Check has check called after each schedule: what it returns, if not nil, is what
// went wrong in it. A panic in it counts as an error, too.
func Check(check func() error) Option {
	if check == nil {
		panic("sim.Check: the check is nil")
	}
	return Option{func(s *settings) { s.check = check }}
}

// Random has any thread that can go on be next, each as likely. It is what Run
// does; Explore runs DefaultSamples such schedules.
func Random() Option {
	return with(scheduler{name: say("at random"), with: func(seed uint64, _ int) simworld.Chooser { return simworld.Random(seed) }})
}

// PCT gives each thread a random priority, has the one of the highest go on, and at
// depth-1 random switch points drops its priority below the others'. A bug for
// which depth steps must come in a certain order shows in one schedule of n*k^(depth-1)
// or more, with n threads and k switch points. It panics for depth < 1.
//
// Source: Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized Scheduler with
// Probabilistic Guarantees of Finding Bugs, ASPLOS 2010.
func PCT(depth int) Option {
	atLeast("PCT", depth, 1)
	return with(scheduler{
		name: say("at random by priorities (PCT, depth %d)", depth),
		with: func(seed uint64, steps int) simworld.Chooser { return simworld.PCT(seed, depth, steps) },
	})
}

// RoundRobin has the threads go on in turn, each for the given number of switch
// points. It panics for slice < 1.
func RoundRobin(slice int) Option {
	atLeast("RoundRobin", slice, 1)
	return with(scheduler{
		name: say("in turn, %d switch points each", slice),
		with: func(uint64, int) simworld.Chooser { return simworld.RoundRobin(slice) },
		once: true,
	})
}

func with(c scheduler) Option { return Option{func(s *settings) { s.scheduler = c }} }
