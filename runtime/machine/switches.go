package machine

import (
	"fmt"
	"strings"
	"time"

	"lockstep/runtime/internal/grid"
)

// Cause is why a process lost its processor.
type Cause uint8

// The causes. A process that could go on loses the processor by the second to the
// fourth.
const (
	// OnBlocked: it had to wait.
	OnBlocked Cause = iota
	// SliceUsed: it had run for a whole slice, and others were ready.
	SliceUsed
	// Preempted: a better one became ready.
	Preempted
	// Yielded: it gave way.
	Yielded
	// HasEnded: it ended.
	HasEnded
)

var causeNames = [...]string{message("blocked"), message("slice used up"), message("preempted"), message("gave way"), message("ended")}

// String returns the cause in English words, whatever the language of reports.
func (c Cause) String() string {
	if int(c) < len(causeNames) {
		return causeNames[c]
	}
	return fmt.Sprintf("Cause(%d)", uint8(c))
}

// Switch is one context switch: a processor stores the registers of one process and
// loads those of another.
type Switch struct {
	At      time.Duration
	CPU     int
	From    string // empty if the processor had run none yet
	FromPID int
	Saved   Registers
	Cause   Cause // why From doesn't run any more; of no meaning without From
	To      string
	ToPID   int
	Loaded  Registers
	Cost    time.Duration
}

// Switches is a list of context switches. A notebook shows it as a table; it prints
// as text.
type Switches []Switch

// Count returns the number of switches from a process that lost its processor by
// the given cause.
func (s Switches) Count(c Cause) int {
	n := 0
	for _, one := range s {
		if one.From != "" && one.Cause == c {
			n++
		}
	}
	return n
}

func (s Switches) table() grid.Table {
	t := grid.Table{Class: tableClass, Head: []string{say("time"), "CPU", say("from"), say("because"), say("saved"), say("to"), say("loaded")}, Numbers: 2}
	for _, one := range s {
		from, saved, cause := "–", "–", "–"
		if one.From != "" {
			from, saved, cause = fmt.Sprintf("%s (%d)", one.From, one.FromPID), one.Saved.String(), say(one.Cause.String())
		}
		t.Add(grid.Duration(one.At), fmt.Sprint(one.CPU), from, cause, saved, fmt.Sprintf("%s (%d)", one.To, one.ToPID), one.Loaded.String())
	}
	return t
}

// String returns the switches as lines of text, without a line feed at the end.
func (s Switches) String() string { return s.table().Text() }

// HTML returns the switches as a table for a notebook.
func (s Switches) HTML() string { return s.table().HTML() }

// causes says how many switches there were, and why.
func (s Switches) causes() string {
	var parts []string
	for c := OnBlocked; c <= HasEnded; c++ {
		if n := s.Count(c); n > 0 {
			parts = append(parts, say("%d %s", n, say(c.String())))
		}
	}
	if len(parts) == 0 {
		return say("none")
	}
	return say("%d: %s", s.total(), strings.Join(parts, say(", ")))
}

// total is how many switches there were from one process to another: the first
// process that a processor gets takes it from nobody.
func (s Switches) total() int {
	n := 0
	for _, one := range s {
		if one.From != "" {
			n++
		}
	}
	return n
}
