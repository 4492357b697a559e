package core

import (
	"reflect"
	"sync"
	"unsafe"

	"lockstep/kernel/worker/steps"
	"lockstep/runtime/support"
)

// Steps are for the functions of Symbols that the interpreter shall not call by way
// of package reflect, and the variables that it shall not assign to so. In the real
// world, with values of the very types, they do what those do; otherwise they call
// them.
func (c *Core) Steps() steps.Package {
	return steps.Package{Name: Path, Ops: map[string]any{
		"At":          steps.Store(c.arrive),
		"Top":         steps.Store(func(_ *steps.Frame, at int64) { *c.places.top = at }),
		"Send":        steps.Op(c.stepSend),
		"Recv":        steps.Op(c.stepRecv),
		"RecvTo":      steps.Test(c.stepRecvTo),
		"SendCase":    steps.Op(c.stepSendCase),
		"RecvCase":    steps.Op(c.stepRecvCase),
		"DefaultCase": steps.Op(c.stepDefaultCase),
		"Select":      steps.Op(c.stepSelect),
		"Go":          steps.Op(c.stepGo),

		"Lock":          steps.Op(lockStep(c.Lock, lock)),
		"TryLock":       steps.Test(tryLockStep(c.TryLock, tryLock)),
		"Unlock":        steps.Op(unlockStep(c.Unlock, unlock)),
		"WriteLock":     steps.Op(lockStep(c.WriteLock, writeLock)),
		"WriteTryLock":  steps.Test(tryLockStep(c.WriteTryLock, writeTryLock)),
		"WriteUnlock":   steps.Op(unlockStep(c.WriteUnlock, writeUnlock)),
		"ReadLock":      steps.Op(lockStep(c.ReadLock, readLock)),
		"ReadUnlock":    steps.Op(unlockStep(c.ReadUnlock, (*sync.RWMutex).RUnlock)),
		"WaitGroupWait": steps.Op(lockStep(c.WaitGroupWait, waitGroupWait)),
		"WaitGroupDone": steps.Op(unlockStep(c.WaitGroupDone, (*sync.WaitGroup).Done)),
		"CondWait":      steps.Op(lockStep(c.CondWait, condWait)),

		"Defer":   steps.Op(stepDefer),
		"Push":    steps.Op(stepPush),
		"Frame":   steps.Op(stepFrame),
		"Recover": steps.Op(stepRecover),

		"Box":    steps.Op(c.stepBox),
		"Open":   steps.Op(c.stepOpen),
		"Assert": steps.Op(c.stepAssert),
		"Is":     steps.Test(c.stepIs),
		"TryTo":  steps.Test(c.stepTryTo),
		"Eq":     steps.Test(stepEq),
	}}
}

// realScope is the scope of the calling goroutine, ok if that is in the real world.
func realScope() (s *support.Scope, ok bool) {
	s = support.CurrentScope()
	return s, s.World == nil
}

func (c *Core) stepSend(site *steps.Site) func(*steps.Frame) {
	ch, v := site.Arg(0), site.Arg(1)
	at, taken := site.TakeOver("At")
	w := &waiting{what: chanSend, at: at}
	name := nameAt(site, 2)
	var types channelTypeAt
	return func(f *steps.Frame) {
		if taken {
			c.arrive(f, at)
		}
		to, value := ch(f), v(f)
		s, ok := realScope()
		t := types.of(to)
		if !ok || typeWord(value) != t.elemWord {
			c.Send(to.Interface(), value.Interface(), name(f)...)
			return
		}
		send(t, to.UnsafePointer(), addressOf(value), s, w)
	}
}

func (c *Core) stepRecv(site *steps.Site) func(*steps.Frame) {
	ch := site.Arg(0)
	at, taken := site.TakeOver("At")
	w := &waiting{what: chanReceive, at: at}
	asserted := site.Asserted()
	name := nameAt(site, 1)
	result := site.Result(0)
	var types channelTypeAt
	return func(f *steps.Frame) {
		if taken {
			c.arrive(f, at)
		}
		from := ch(f)
		s, ok := realScope()
		if !ok {
			v := c.Recv(from.Interface(), name(f)...)
			if result != nil {
				setInterface(result(f), v)
			}
			return
		}
		t := types.of(from)
		if asserted {
			if to := result(f); to.CanAddr() && typeWord(to) == t.elemWord {
				recv(t, from.UnsafePointer(), unsafe.Pointer(to.UnsafeAddr()), s, w)
				return
			}
		}
		v := reflect.New(t.elem)
		recv(t, from.UnsafePointer(), v.UnsafePointer(), s, w)
		if result != nil {
			setInterface(result(f), v.Elem().Interface())
		}
	}
}

func (c *Core) stepRecvTo(site *steps.Site) func(*steps.Frame) bool {
	ch, to := site.Arg(0), site.Arg(1)
	w := c.waitingAt(site, chanReceive)
	name := nameAt(site, 2)
	var types channelTypeAt
	return func(f *steps.Frame) bool {
		from, target := ch(f), to(f)
		s, ok := realScope()
		if !ok || target.Kind() != reflect.Pointer {
			return c.RecvTo(from.Interface(), target.Interface(), name(f)...)
		}
		t := types.of(from)
		return recv(t, from.UnsafePointer(), target.UnsafePointer(), s, w)
	}
}

func (c *Core) stepSendCase(site *steps.Site) func(*steps.Frame) {
	ch, v, result := site.Arg(0), site.Arg(1), site.Result(0)
	name := nameAt(site, 2)
	var types channelTypeAt
	return func(f *steps.Frame) {
		to, value := ch(f), v(f)
		t := types.of(to)
		k := Case{dir: reflect.SelectSend, typ: t, ch: to.UnsafePointer(), site: named(name(f))}
		if typeWord(value) == t.elemWord {
			p := reflect.New(t.elem) // what is sent is the value of now
			p.Elem().Set(value)
			k.at = p.UnsafePointer()
		} else {
			k.at = c.element(t, value.Interface())
		}
		*caseAt(result(f)) = k
	}
}

func (c *Core) stepRecvCase(site *steps.Site) func(*steps.Frame) {
	ch, to, result := site.Arg(0), site.Arg(1), site.Result(0)
	name := nameAt(site, 2)
	var types channelTypeAt
	return func(f *steps.Frame) {
		from, target := ch(f), to(f)
		t := types.of(from)
		k := Case{dir: reflect.SelectRecv, typ: t, ch: from.UnsafePointer(), site: named(name(f))}
		if target.Kind() == reflect.Pointer {
			k.at = target.UnsafePointer()
		} else {
			k.at = t.target(target.Interface())
		}
		*caseAt(result(f)) = k
	}
}

func (c *Core) stepDefaultCase(site *steps.Site) func(*steps.Frame) {
	result := site.Result(0)
	return func(f *steps.Frame) { *caseAt(result(f)) = DefaultCase() }
}

func caseAt(v reflect.Value) *Case { return (*Case)(unsafe.Pointer(v.UnsafeAddr())) }

func (c *Core) stepSelect(site *steps.Site) func(*steps.Frame) {
	w := c.waitingAt(site, "select")
	args := make([]func(*steps.Frame) reflect.Value, site.NumArg())
	for i := range args {
		args[i] = site.Arg(i)
	}
	index, received := site.Result(0), site.Result(1)
	return func(f *steps.Frame) {
		var room [8]Case
		cases := room[:0]
		for _, arg := range args {
			cases = append(cases, *caseAt(arg(f)))
		}
		s, ok := realScope()
		chosen := 0
		if ok {
			chosen, ok = choose(cases, s, w)
		} else {
			chosen, ok = c.Select(cases...)
		}
		if index != nil {
			index(f).SetInt(int64(chosen))
		}
		if received != nil {
			received(f).SetBool(ok)
		}
	}
}

// nameAt is what the program calls a site's channel: the argument behind the others,
// where there is one.
func nameAt(site *steps.Site, i int) func(f *steps.Frame) []string {
	if site.NumArg() <= i {
		return func(*steps.Frame) []string { return nil }
	}
	arg := site.Arg(i)
	return func(f *steps.Frame) []string { return []string{arg(f).String()} }
}

// waitingAt is how a site waits.
func (c *Core) waitingAt(site *steps.Site, what string) *waiting {
	return &waiting{what: what, at: markOf(site)}
}

// markOf is the mark of the statement that a site is part of.
func markOf(site *steps.Site) int64 {
	at, _ := site.Stored("At")
	return at
}

func (c *Core) stepGo(site *steps.Site) func(*steps.Frame) {
	call, ok := site.Literal(0)
	if !ok {
		return nil
	}
	at := markOf(site)
	return func(f *steps.Frame) {
		call := call.Keep(f)
		if _, ok := realScope(); ok {
			start(call, at)
		} else {
			c.Go(call)
		}
	}
}

// lockStep is the step of a method that waits, done by usual in a simulation.
func lockStep[L any](usual func(*L, ...string), wait func(*L, int64)) func(*steps.Site) func(*steps.Frame) {
	return func(site *steps.Site) func(*steps.Frame) {
		arg, at, name := site.Arg(0), markOf(site), nameAt(site, 1)
		return func(f *steps.Frame) {
			m := (*L)(arg(f).UnsafePointer())
			if _, ok := realScope(); ok {
				wait(m, at)
			} else {
				usual(m, name(f)...)
			}
		}
	}
}

// tryLockStep is the step of a method that tells whether it was possible.
func tryLockStep[L any](usual func(*L, ...string) bool, try func(*L, int64) bool) func(*steps.Site) func(*steps.Frame) bool {
	return func(site *steps.Site) func(*steps.Frame) bool {
		arg, at, name := site.Arg(0), markOf(site), nameAt(site, 1)
		return func(f *steps.Frame) bool {
			m := (*L)(arg(f).UnsafePointer())
			if _, ok := realScope(); ok {
				return try(m, at)
			}
			return usual(m, name(f)...)
		}
	}
}

// unlockStep is the step of a method that waits for nothing.
func unlockStep[L any](usual func(*L, ...string), unlock func(*L)) func(*steps.Site) func(*steps.Frame) {
	return func(site *steps.Site) func(*steps.Frame) {
		arg, name := site.Arg(0), nameAt(site, 1)
		return func(f *steps.Frame) {
			m := (*L)(arg(f).UnsafePointer())
			if _, ok := realScope(); ok {
				unlock(m)
			} else {
				usual(m, name(f)...)
			}
		}
	}
}

func stepDefer(site *steps.Site) func(*steps.Frame) {
	body, ok := site.Literal(0)
	if !ok {
		return nil
	}
	return func(f *steps.Frame) {
		Defer(func(d *Defers) { body.Run(f, reflect.ValueOf(d)) })
	}
}

func stepPush(site *steps.Site) func(*steps.Frame) {
	call, ok := site.Literal(1)
	if !ok {
		return nil
	}
	d, recovers := site.Arg(0), site.Arg(2)
	return func(f *steps.Frame) {
		(*Defers)(d(f).UnsafePointer()).Push(call.Keep(f), recovers(f).Bool())
	}
}

func stepFrame(site *steps.Site) func(*steps.Frame) {
	result := site.Result(0)
	return func(f *steps.Frame) {
		d := Frame()
		if result != nil {
			result(f).Set(reflect.ValueOf(d))
		}
	}
}

func stepRecover(site *steps.Site) func(*steps.Frame) {
	d, result := site.Arg(0), site.Result(0)
	return func(f *steps.Frame) {
		v := Recover((*Defers)(d(f).UnsafePointer()))
		if result != nil {
			setInterface(result(f), v)
		}
	}
}

func (c *Core) stepBox(site *steps.Site) func(*steps.Frame) {
	v := site.Arg(0)
	site.Asserted()
	result := site.Result(0)
	return func(f *steps.Frame) {
		x := c.Box(v(f).Interface())
		if result != nil {
			setInterface(result(f), x)
		}
	}
}

func (c *Core) stepOpen(site *steps.Site) func(*steps.Frame) {
	v := site.Arg(0)
	site.Asserted()
	result := site.Result(0)
	return func(f *steps.Frame) {
		x := c.Open(v(f).Interface())
		if result != nil {
			setInterface(result(f), x)
		}
	}
}

func (c *Core) stepAssert(site *steps.Site) func(*steps.Frame) {
	site.Once(1)
	x, token, static := site.Arg(0), site.Arg(1), site.Arg(2)
	site.Asserted()
	result := site.Result(0)
	return func(f *steps.Frame) {
		v := c.Assert(x(f).Interface(), token(f).Interface(), static(f).String())
		if result != nil {
			setInterface(result(f), v)
		}
	}
}

func (c *Core) stepIs(site *steps.Site) func(*steps.Frame) bool {
	site.Once(1)
	x, token := site.Arg(0), site.Arg(1)
	return func(f *steps.Frame) bool { return c.Is(x(f).Interface(), token(f).Interface()) }
}

func (c *Core) stepTryTo(site *steps.Site) func(*steps.Frame) bool {
	x, to := site.Arg(0), site.Arg(1)
	return func(f *steps.Frame) bool { return c.TryTo(x(f).Interface(), to(f).Interface()) }
}

func stepEq(site *steps.Site) func(*steps.Frame) bool {
	a, b := site.Arg(0), site.Arg(1)
	return func(f *steps.Frame) bool { return Eq(a(f).Interface(), b(f).Interface()) }
}

// addressOf is the address of v, or of a copy where v has none.
func addressOf(v reflect.Value) unsafe.Pointer {
	if v.CanAddr() {
		return unsafe.Pointer(v.UnsafeAddr())
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.UnsafePointer()
}

// setInterface sets a place to what an interface value holds.
func setInterface(to reflect.Value, v any) {
	if v == nil {
		to.SetZero()
		return
	}
	to.Set(reflect.ValueOf(v))
}
