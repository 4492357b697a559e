package sched

import (
	"sync"
	"sync/atomic"
)

// Program is what comes to an end when its main code does: a cell, a simulation, a
// plain Go program.
type Program struct {
	ended atomic.Bool
	mu    sync.Mutex
	hooks map[any]func()
	order []any
	over  chan struct{} // nil until first asked for
	done  bool          // whether over is closed, or is to be made so
}

// Divided is a World whose tasks may be of several programs.
type Divided interface {
	// Program returns the one of the calling task, nil for that of the world's main code.
	Program() *Program
}

// CurrentProgram returns the program that the calling goroutine is part of.
func CurrentProgram() *Program {
	if w, ok := Current().(Divided); ok {
		if p := w.Program(); p != nil {
			return p
		}
	}
	return &local().program
}

// AtEnd has hook called when the program's main code has ended, before its threads
// are waited for; only once for a key. After that it does nothing.
func (p *Program) AtEnd(key any, hook func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended.Load() || p.hooks[key] != nil {
		return
	}
	if p.hooks == nil {
		p.hooks = map[any]func(){}
	}
	p.hooks[key] = hook
	p.order = append(p.order, key)
}

// Ended reports whether the main code has ended.
func (p *Program) Ended() bool { return p.ended.Load() }

// End says that the main code has ended. Worlds call it, on the main code's
// goroutine.
func (p *Program) End() {
	p.mu.Lock()
	p.ended.Store(true)
	hooks, order := p.hooks, p.order
	p.hooks, p.order = nil, nil
	p.mu.Unlock()
	for _, key := range order {
		hooks[key]()
	}
}

// Over returns the channel that is closed when the program is over: its main code
// and all its threads have ended, but for daemons.
func (p *Program) Over() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over == nil {
		p.over = make(chan struct{})
		if p.done {
			close(p.over)
		}
	}
	return p.over
}

func (p *Program) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.done && p.over != nil {
		close(p.over)
	}
	p.done = true
}
