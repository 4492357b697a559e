package simworld

import (
	"math/bits"
	"math/rand/v2"
)

// Chooser decides the schedule: it picks one of n >= 2 candidates.
type Chooser interface {
	Choose(n int) int
}

// Random returns the chooser of version 1 of the seeded schedules: the top bits of
// PCG-DXSM, the stream of which the Go library keeps the same for ever.
func Random(seed uint64) Chooser {
	return random{rand.NewPCG(seed, 0x6c6f636b73746570)}
}

type random struct{ source *rand.PCG }

func (r random) Choose(n int) int {
	// Multiply and shift rather than a library's bounded integer: a library may
	// change how it draws those, and the bias of n/2^64 shows nowhere.
	i, _ := bits.Mul64(r.source.Uint64(), uint64(n))
	return int(i)
}

// Script returns a chooser that repeats recorded choices. Past their end it takes
// the first candidate. Its Strayed tells whether the choices fitted.
func Script(choices []int) *Scripted { return &Scripted{choices: choices} }

// Scripted is a chooser that repeats recorded choices.
type Scripted struct {
	choices []int
	next    int
	strayed bool
}

// Choose implements Chooser.
func (s *Scripted) Choose(n int) int {
	if s.next == len(s.choices) {
		s.strayed = true
		return 0
	}
	i := s.choices[s.next]
	s.next++
	if i >= n {
		s.strayed = true
		return 0
	}
	return i
}

// Strayed reports whether the run met other choices than the recorded ones.
func (s *Scripted) Strayed() bool { return s.strayed || s.next < len(s.choices) }
