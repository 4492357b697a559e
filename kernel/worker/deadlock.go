package worker

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
	"lockstep/kernel/worker/core"
	"lockstep/kernel/worker/marks"
	"lockstep/runtime/support"
)

const (
	// sleepLook is the time between two looks at who waits, maxSleepLook that
	// when looks have found nothing for long.
	sleepLook    = 150 * time.Millisecond
	maxSleepLook = time.Second
	// sleepLooks is how many looks must find the same. A goroutine that has been
	// woken runs in between, since no other does.
	sleepLooks = 4
)

// wakers are packages by which something that is no goroutine of a cell may come
// to wake one: signals, deadlines. A path ending in / is for all below it.
var wakers = []string{"os/signal", "os/exec", "net", "net/", "testing", "testing/", "database/", "crypto/tls", "plugin"}

// sleepers watches whether all goroutines of cells wait for each other.
type sleepers struct {
	worker *worker
	cell   *cell
	serial uint64
	looks  int
	pause  time.Duration
}

// forEver looks once, and gives the waits when it is sure that none of them ends.
func (s *sleepers) forEver() []core.Wait {
	list, serial := core.Waits()
	if serial != s.serial {
		s.serial, s.looks, s.pause = serial, 0, sleepLook
		return nil
	}
	isMain := func(w core.Wait) bool { return w.Goroutine == s.cell.goroutine.Load() }
	if !slices.ContainsFunc(list, isMain) || core.TimersPending() || s.worker.program.wakes() || !allWait(support.Stacks(), len(list)) {
		s.looks, s.pause = 0, min(2*s.pause, maxSleepLook)
		return nil
	}
	if _, after := core.Waits(); after != serial {
		return nil
	}
	if s.looks++; s.looks < sleepLooks {
		s.pause = sleepLook
		return nil
	}
	return list
}

// allWait reports whether the goroutines of cells are so many, and all wait.
func allWait(stacks []support.Stack, n int) bool {
	for _, s := range stacks {
		switch {
		case s.Cell != 0 && s.Waits:
			n -= s.Count
		case s.Cell != 0 || interpreted(s):
			return false
		}
	}
	return n == 0
}

// wakes reports whether cells have imported a package that may wake goroutines.
func (p *program) wakes() bool {
	for path := range p.loaded {
		for _, w := range wakers {
			if path == w || strings.HasSuffix(w, "/") && strings.HasPrefix(path, w) {
				return true
			}
		}
	}
	return false
}

// maxWaits is how many waits are shown.
const maxWaits = 20

// deadlock is the error of a cell all of whose goroutines wait.
func (c *cell) deadlock(list []core.Wait) *link.Error {
	failure := &link.Error{Name: execution.Deadlock, Value: "all goroutines are asleep"}
	main := func(w core.Wait) int {
		if w.Goroutine == c.goroutine.Load() {
			return 0
		}
		return 1
	}
	slices.SortFunc(list, func(a, b core.Wait) int {
		return cmp.Or(cmp.Compare(main(a), main(b)), cmp.Compare(a.Goroutine, b.Goroutine))
	})
	name := func(goroutine uint64) string {
		i := slices.IndexFunc(list, func(w core.Wait) bool { return w.Goroutine == goroutine })
		switch {
		case goroutine == c.goroutine.Load():
			return "main"
		case i < 0:
			return "a goroutine that has ended"
		case list[i].Thread != "":
			return list[i].Thread
		case list[i].Started != 0:
			return "goroutine started at " + placeOf(list[i].Started)
		}
		return "a goroutine"
	}
	for i, w := range list {
		if i == maxWaits {
			failure.Notes = append(failure.Notes, fmt.Sprintf("  and %d more", len(list)-i))
			break
		}
		note := "  " + name(w.Goroutine) + ": " + w.What
		if w.At != 0 {
			note += " at " + placeOf(w.At)
		}
		if h := w.Holder; h != nil {
			note += ", locked by " + name(h.Goroutine)
			if h.At != 0 {
				note += " at " + placeOf(h.At)
			}
		}
		failure.Notes = append(failure.Notes, note)
	}
	return failure
}

// placeOf is a mark for the user.
func placeOf(mark int64) string {
	cell, _, line, column := marks.Parts(mark)
	return fmt.Sprintf("In[%d]:%d:%d", cell, line, column)
}
