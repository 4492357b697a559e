package core

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/petermattis/goid"
)

// Defers are the deferred calls of one call of a function, and the panic that is
// unwinding it.
type Defers struct {
	calls     []deferred
	room      [2]deferred // for the first ones
	returned  bool        // the last thing called did, rather than panic or Goexit
	panicking bool
	value     any
}

type deferred struct {
	call     func()
	recovers bool
}

// claims leads from a goroutine's id to what a deferred call there may recover.
var claims sync.Map // int64 → *claim

// pending is how many claims there are.
var pending atomic.Int64

// claim is that of a deferred call: the function that it calls may recover the
// panic of defers. That function is depth functions of the interpreter inward, the
// first of which is the one that was pushed.
type claim struct {
	defers *Defers
	depth  int
}

// take removes the calling goroutine's claim. It returns nil if there is none, or
// if its function isn't the one that has called a function of this package.
func take() *claim {
	if pending.Load() == 0 {
		return nil
	}
	id := goid.Get()
	c, ok := claims.LoadAndDelete(id)
	if !ok {
		return nil
	}
	pending.Add(-1)
	if c := c.(*claim); c.depth == depth() {
		return c
	}
	return nil
}

// put gives the calling goroutine a claim, in place of one that it may have.
func (c *claim) put() {
	if _, had := claims.Swap(goid.Get(), c); !had {
		pending.Add(1)
	}
}

// dropClaim removes what claim the calling goroutine has.
func dropClaim() {
	if _, had := claims.LoadAndDelete(goid.Get()); had {
		pending.Add(-1)
	}
}

// depth is how many functions of the interpreter the goroutine has entered since
// its innermost deferred call, as far as it matters.
func depth() int {
	var pcs [96]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	count := 0
	for {
		frame, more := frames.Next()
		switch {
		case strings.HasSuffix(frame.Function, "/yaegi/interp.runCfg"):
			count++
		case strings.HasSuffix(frame.Function, "/core.(*Defers).callLast"):
			return count
		case !more:
			return 0
		}
	}
}

// Forward is what a function calls on entry that stands for another one, which
// contains recover: what it may recover, the other one may.
func Forward() {
	if c := take(); c != nil {
		c.depth++
		c.put()
	}
}

// Defer runs body, then the calls it has pushed, the last one first: also when
// body, or one of them, panics or calls runtime.Goexit. As with the defer
// statement a panic in a deferred call replaces the one before, and Defer returns
// normally if the last panic was recovered.
func Defer(body func(d *Defers)) {
	d := new(Defers)
	defer d.finish()
	body(d)
	passCut()
	d.returned = true
}

// Push is d.Push.
func Push(d *Defers, call func(), recovers bool) { d.Push(call, recovers) }

// Push defers call. recovers says that the function which it calls contains a
// call of recover itself, and so begins with Frame.
func (d *Defers) Push(call func(), recovers bool) {
	if d.calls == nil {
		d.calls = d.room[:0]
	}
	d.calls = append(d.calls, deferred{call, recovers})
}

// finish is the deferred call of Defer.
func (d *Defers) finish() {
	d.ended(recover())
	d.run()
}

// ended notes how something that was called has ended, by what recover gave.
func (d *Defers) ended(recovered any) {
	switch {
	case d.returned:
	case recovered != nil:
		d.panicking, d.value = true, recovered
	default: // runtime.Goexit, which ends a panic too
		d.panicking, d.value = false, nil
	}
}

// run makes the calls that are left, then goes on with the panic.
func (d *Defers) run() {
	for len(d.calls) > 0 {
		d.callLast()
	}
	if d.panicking {
		panic(d.value)
	}
}

func (d *Defers) callLast() {
	last := d.calls[len(d.calls)-1]
	d.calls = d.calls[:len(d.calls)-1]
	d.returned = false
	defer func() {
		value := recover()
		d.ended(value)
		if !d.returned && value == nil {
			d.run() // Goexit doesn't return to the loop
		}
	}()
	if last.recovers {
		(&claim{defers: d, depth: 2}).put()
		defer dropClaim()
	}
	last.call()
	passCut()
	d.returned = true
}

// Frame is what a function that contains recover calls on entry: it gives the
// Defers whose deferred call this is, nil if the function was called otherwise.
func Frame() *Defers {
	if c := take(); c != nil {
		return c.defers
	}
	return nil
}

// Recover is a deferred call of the built-in function recover itself, in a function
// whose Frame is frame: while that function panics recover sees no panic.
func (d *Defers) Recover(frame *Defers) {
	if !d.panicking {
		Recover(frame)
	}
}

// Recover is the built-in function recover in a function whose Frame is d: it
// ends the panic and gives its value, as Go has it.
func Recover(d *Defers) any {
	if d == nil || !d.panicking {
		return nil
	}
	value := d.value
	d.panicking, d.value = false, nil
	return PanicValue(value)
}
