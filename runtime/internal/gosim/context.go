package gosim

import (
	"context"
	"fmt"
	"sync"
	"time"
	"unsafe"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/simworld"
)

var (
	opCancel = sched.NewOp("context", "cancel").NoEdge()
	opErr    = sched.NewOp("context", "Err").NoEdge()
)

// cancelContext is a context that can be cancelled.
type cancelContext struct {
	context.Context // the parent
	s               *Sim
	m               sched.Monitor
	name            string
	done            chan struct{}
	err, cause      error
	canceled        simworld.Sync
	children        []child // in the order of their coming
	deadline        time.Time
	timer           *simworld.Timer
}

// child is what a context tells that it is cancelled.
type child interface{ cancel(err, cause error) }

// selfKey is the key under which a cancelContext is its own value, which it is to
// the contexts below it, too.
type selfKey struct{}

// WithCancelCause is context.WithCancelCause(parent).
func (s *Sim) WithCancelCause(parent context.Context) (context.Context, context.CancelCauseFunc) {
	c := s.newContext(parent, "WithCancel")
	return c, func(cause error) { c.cancelAt(context.Canceled, cause) }
}

// WithDeadlineCause is context.WithDeadlineCause(parent, t, cause).
func (s *Sim) WithDeadlineCause(parent context.Context, t time.Time, cause error) (context.Context, context.CancelFunc) {
	c := s.newContext(parent, "WithDeadline")
	if before, ok := parent.Deadline(); !ok || t.Before(before) {
		c.deadline = t
		if c.err == nil {
			c.timer = s.w.Timer(t.Sub(s.w.Now()), func() { c.cancel(context.DeadlineExceeded, cause) })
		}
	}
	return c, func() { c.cancelAt(context.Canceled, nil) }
}

func (s *Sim) newContext(parent context.Context, name string) *cancelContext {
	if parent == nil {
		panic("cannot create context from nil parent")
	}
	c := &cancelContext{Context: parent, s: s, name: name, done: make(chan struct{})}
	c.m.SetName("context")
	s.channel(c.done, "the context's Done")
	s.follow(parent, c)
	return c
}

// follow has c cancelled with its parent.
func (s *Sim) follow(parent context.Context, c child) {
	if parent.Done() == nil {
		return
	}
	p, ok := parent.Value(selfKey{}).(*cancelContext)
	if !ok || p.s != s || p.done != twoWayDone(parent.Done()) {
		s.refuse("the context was made before the simulation, or by another package than context: make it inside")
	}
	p.m.Enter(opErr, nil)
	defer p.m.Exit()
	if p.err != nil {
		s.w.Acquire(&p.canceled)
		c.cancel(p.err, p.cause)
		return
	}
	p.children = append(p.children, c)
}

func twoWayDone(done <-chan struct{}) chan struct{} { return *(*chan struct{})(unsafe.Pointer(&done)) }

// cancelAt is cancel as an operation of the program.
func (c *cancelContext) cancelAt(err, cause error) {
	if Current() != c.s {
		sched.Fail(sched.Current(), &sched.Misuse{Name: "context", Err: sched.ErrOtherWorld})
	}
	c.s.w.Point()
	c.cancel(err, cause)
}

func (c *cancelContext) cancel(err, cause error) {
	if c.err != nil {
		return
	}
	if cause == nil {
		cause = err
	}
	w := c.s.w
	c.m.EnterAgain(w, opCancel, nil)
	c.err, c.cause = err, cause
	w.Release(&c.canceled)
	c.m.Exit()
	c.s.shut(c.s.channel(c.done, ""))
	for _, child := range c.children {
		child.cancel(err, cause)
	}
	c.children = nil
	if c.timer != nil {
		c.timer.Stop()
	}
	if p, ok := c.Context.Value(selfKey{}).(*cancelContext); ok && p.s == c.s {
		p.drop(c)
	}
}

// drop forgets a child.
func (c *cancelContext) drop(gone child) {
	for i, k := range c.children {
		if k == gone {
			c.children = append(c.children[:i:i], c.children[i+1:]...)
			return
		}
	}
}

// Done implements context.Context.
func (c *cancelContext) Done() <-chan struct{} { return c.done }

// Err implements context.Context. It is a scheduling point.
func (c *cancelContext) Err() error {
	if s := Current(); s == c.s {
		c.m.Enter(opErr, nil)
		if c.err != nil {
			s.w.Acquire(&c.canceled)
		}
		c.m.Exit()
	}
	return c.err
}

// Deadline implements context.Context.
func (c *cancelContext) Deadline() (time.Time, bool) {
	if !c.deadline.IsZero() {
		return c.deadline, true
	}
	return c.Context.Deadline()
}

// Value implements context.Context.
func (c *cancelContext) Value(key any) any {
	if key == (selfKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// String implements fmt.Stringer, as the contexts of package context do.
func (c *cancelContext) String() string {
	if s, ok := c.Context.(fmt.Stringer); ok {
		return s.String() + "." + c.name
	}
	return fmt.Sprintf("%T.%s", c.Context, c.name)
}

// Cause is context.Cause(ctx) for a context of the simulation; ok is false for
// another.
func (s *Sim) Cause(ctx context.Context) (cause error, ok bool) {
	c, ok := ctx.Value(selfKey{}).(*cancelContext)
	if !ok || c.s != s {
		return nil, false
	}
	_ = c.Err()
	return c.cause, true
}

// afterFunc is a function that runs once a context is cancelled.
type afterFunc struct {
	s    *Sim
	f    func()
	at   int64
	m    sched.Monitor
	over bool // it was started, or stopped
}

func (a *afterFunc) cancel(_, _ error) {
	a.m.EnterAgain(a.s.w, opCancel, nil)
	defer a.m.Exit()
	if !a.over {
		a.over = true
		a.s.spawn("AfterFunc", a.at, a.f)
	}
}

// AfterCancel is context.AfterFunc(ctx, f).
func (s *Sim) AfterCancel(ctx context.Context, f func()) (stop func() bool) {
	a := &afterFunc{s: s, f: f, at: here()}
	a.m.SetName("context.AfterFunc")
	s.follow(ctx, a)
	return func() bool {
		a.m.Enter(opStop, nil)
		defer a.m.Exit()
		stopped := !a.over
		a.over = true
		if p, ok := ctx.Value(selfKey{}).(*cancelContext); ok {
			p.drop(a)
		}
		return stopped
	}
}

// OnceFunc is sync.OnceFunc(f), in either world.
func OnceFunc(f func()) func() {
	var (
		o      sync.Once
		valid  bool
		value  any
		in     *Sim
		inside *sync.Once
	)
	return func() {
		s := Current()
		run := func() {
			defer func() {
				value = recover()
				if !valid {
					panic(value)
				}
			}()
			f()
			valid = true
		}
		if s == nil {
			o.Do(run)
		} else {
			if in != s { // each run begins anew
				in, inside = s, new(sync.Once)
				if onceDone(&o) {
					inside.Do(func() {})
				} else {
					valid = false
				}
			}
			s.Do(inside, run, "")
		}
		if !valid {
			panic(value)
		}
	}
}
