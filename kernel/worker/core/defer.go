package core

import (
	"sync"

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

// claims leads from a goroutine's id to the Defers whose deferred call is about
// to enter a function that contains recover.
var claims sync.Map // int64 → *Defers

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
		id := goid.Get()
		claims.Store(id, d)
		defer claims.Delete(id)
	}
	last.call()
	passCut()
	d.returned = true
}

// Frame is what a function that contains recover calls on entry: it gives the
// Defers whose deferred call this is, nil if the function was called otherwise.
func Frame() *Defers {
	d, ok := claims.LoadAndDelete(goid.Get())
	if !ok {
		return nil
	}
	return d.(*Defers)
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
