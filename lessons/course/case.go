package course

import (
	"fmt"
	"reflect"

	"lockstep/runtime/sim"
)

// Case is one check of an answer. It collects what is wrong.
type Case struct{ failures []failure }

type failure struct {
	text  string
	shown any // nil for nothing
}

// Failf notes that the answer is wrong, in words for the learner, and goes on.
func (c *Case) Failf(format string, args ...any) {
	c.failures = append(c.failures, failure{text: fmt.Sprintf(format, args...)})
}

// Failed reports whether something has been found wrong.
func (c *Case) Failed() bool { return len(c.failures) > 0 }

// Equal notes that the answer is wrong if got is not what is wanted, by
// reflect.DeepEqual; what says what got is. It reports whether it is.
func (c *Case) Equal(what string, got, want any) bool {
	if reflect.DeepEqual(got, want) {
		return true
	}
	_, language := current()
	c.Failf(wordsOf(language).differs, what, got, want)
	return false
}

// Simulated notes that the answer is wrong if a simulation of it went wrong, and
// shows the report: the schedule that loses, to replay. It reports whether the
// simulation went well. An exploration counts as well only if no schedule goes
// wrong.
func (c *Case) Simulated(what string, report sim.Report) bool {
	if report.OK() {
		return true
	}
	c.failures = append(c.failures, failure{text: what, shown: report})
	return false
}
