package simworld

import (
	"iter"

	"github.com/petermattis/goid"
)

// Runner runs worlds, one after the other. It keeps the coroutines of one for the
// next, which saves most of what a short run costs.
type Runner struct {
	worlds chan *World
	idle   []*worker // touched by the goroutine that drives a world
}

// worker is a coroutine that runs tasks, one after the other.
type worker struct {
	resume func() (struct{}, bool)
	stop   func()
	yield  func(struct{}) bool
	goid   int64
	w      *World
	c      *coroutine // what it runs
}

// NewRunner returns a Runner. Its owner closes it.
func NewRunner() *Runner {
	r := &Runner{worlds: make(chan *World)}
	// A goroutine of its own: coroutines end the process if the goroutines that
	// make and resume them differ in being locked to an OS thread, as the caller
	// may be.
	go r.drive(nil)
	return r
}

// Close ends the coroutines. No world runs any more.
func (r *Runner) Close() { close(r.worlds) }

// drive runs w, unless that is nil, and those that come.
func (r *Runner) drive(w *World) {
	finished := false
	defer func() {
		if !finished {
			// A coroutine ended by Goexit, and iter.Pull hands that on to whoever
			// resumed it: another goroutine takes over.
			go r.drive(w)
		}
	}()
	for {
		if w != nil {
			w.inside.Enter()
			w.drive()
			done := w.done
			w = nil
			close(done)
		}
		var ok bool
		if w, ok = <-r.worlds; !ok {
			break
		}
	}
	for _, wk := range r.idle {
		wk.stop()
	}
	finished = true
}

// start gives c a coroutine.
func (r *Runner) start(w *World, c *coroutine) {
	if last := len(r.idle) - 1; last >= 0 {
		c.worker = r.idle[last]
		r.idle = r.idle[:last]
		c.worker.w, c.worker.c = w, c
		return
	}
	wk := &worker{w: w, c: c}
	c.worker = wk
	wk.resume, wk.stop = iter.Pull(func(yield func(struct{}) bool) {
		wk.yield = yield
		wk.goid = goid.Get()
		wk.w.running.Store(wk.goid)
		for {
			wk.w.inside.Enter()
			wk.w.root(wk.c)
			if !yield(struct{}{}) {
				return
			}
		}
	})
}

// resume lets c run until it hands over.
func (w *World) resume(c *coroutine) {
	w.current = c
	if c.worker == nil {
		w.runner.start(w, c)
	}
	w.running.Store(c.worker.goid)
	w.enter(c.space)
	c.worker.resume()
	if c.ended {
		w.runner.idle = append(w.runner.idle, c.worker)
		c.worker.w, c.worker.c = nil, nil
	}
}
