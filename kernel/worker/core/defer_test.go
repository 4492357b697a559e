package core_test

import (
	"fmt"
	"runtime"
	"testing"

	"lockstep/runtime/support"
)

// deferring pairs compiled programs with what they are lowered to. Both say what
// they do, and what comes out of them at last.
var deferring = []struct {
	name         string
	native       func(say func(...any))
	declarations string
	lowered      string
}{
	{
		"the last one first",
		func(say func(...any)) {
			defer say(1)
			defer say(2)
			say(3)
		},
		``,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { say(1) }, false); ʹrt.Push(d, func() { say(2) }, false); say(3) })`,
	},
	{
		"a recovered panic is over",
		func(say func(...any)) {
			func() {
				defer func() { say("later", recover()) }()
				defer func() { say(recover(), recover()) }()
				panic("p")
			}()
			say("went on")
		},
		`func later() { frame := ʹrt.Frame(); say("later", ʹrt.Recover(frame)) }
		 func recovering() { frame := ʹrt.Frame(); say(ʹrt.Recover(frame), ʹrt.Recover(frame)) }
		 func f() { ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { later() }, true); ʹrt.Push(d, func() { recovering() }, true); ʹrt.Panic("p") }) }`,
		`f(); say("went on")`,
	},
	{
		"a panic that nobody recovers goes on",
		func(say func(...any)) {
			defer say("deferred")
			panic("p")
		},
		``,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { say("deferred") }, false); ʹrt.Panic("p") })`,
	},
	{
		"a panic in a deferred call replaces the one before",
		func(say func(...any)) {
			defer func() { say(recover()) }()
			defer func() { panic("second") }()
			panic("first")
		},
		`func recovering() { frame := ʹrt.Frame(); say(ʹrt.Recover(frame)) }`,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { recovering() }, true); ʹrt.Push(d, func() { ʹrt.Panic("second") }, false); ʹrt.Panic("first") })`,
	},
	{
		"recovered and raised again",
		func(say func(...any)) {
			defer func() { panic(fmt.Sprint("again ", recover())) }()
			panic("p")
		},
		`func again() { frame := ʹrt.Frame(); ʹrt.Panic(fmt.Sprint("again ", ʹrt.Recover(frame))) }`,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { again() }, true); ʹrt.Panic("p") })`,
	},
	{
		"only the deferred function itself recovers",
		func(say func(...any)) {
			helper := func() { say("helper", recover()) }
			defer func() { say(recover()) }()
			defer func() { helper() }()
			defer func() { say(recover()); helper(); panic("q") }()
			panic("p")
		},
		`func helper() { frame := ʹrt.Frame(); say("helper", ʹrt.Recover(frame)) }
		 func callsHelper() { helper() }
		 func one() { frame := ʹrt.Frame(); say(ʹrt.Recover(frame)) }
		 func three() { frame := ʹrt.Frame(); say(ʹrt.Recover(frame)); helper(); ʹrt.Panic("q") }`,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { one() }, true); ʹrt.Push(d, func() { callsHelper() }, false); ʹrt.Push(d, func() { three() }, true); ʹrt.Panic("p") })`,
	},
	{
		"a panic within a deferred call, recovered there, leaves the outer one",
		func(say func(...any)) {
			defer func() {
				func() {
					defer func() { say("inner", recover()) }()
					panic("q")
				}()
				say("outer", recover())
			}()
			panic("p")
		},
		`func inner() { frame := ʹrt.Frame(); say("inner", ʹrt.Recover(frame)) }
		 func outer() { frame := ʹrt.Frame(); ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { inner() }, true); ʹrt.Panic("q") }); say("outer", ʹrt.Recover(frame)) }`,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { outer() }, true); ʹrt.Panic("p") })`,
	},
	{
		"no panic, nothing to recover",
		func(say func(...any)) {
			defer func() { say(recover()) }()
		},
		`func recovering() { frame := ʹrt.Frame(); say(ʹrt.Recover(frame)) }`,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { recovering() }, true) })`,
	},
	{
		"Goexit makes the deferred calls and is no panic",
		func(say func(...any)) {
			defer say("outermost")
			func() {
				defer func() { say(recover()) }()
				runtime.Goexit()
			}()
			say("unreachable")
		},
		`func recovering() { frame := ʹrt.Frame(); say(ʹrt.Recover(frame)) }
		 func f() { ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { recovering() }, true); runtime.Goexit() }) }`,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { say("outermost") }, false); f(); say("unreachable") })`,
	},
	{
		"Goexit in a deferred call ends a panic",
		func(say func(...any)) {
			defer say("outermost")
			defer func() { say(recover()) }()
			defer runtime.Goexit()
			panic("p")
		},
		`func recovering() { frame := ʹrt.Frame(); say(ʹrt.Recover(frame)) }`,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { say("outermost") }, false); ʹrt.Push(d, func() { recovering() }, true); ʹrt.Push(d, func() { runtime.Goexit() }, false); ʹrt.Panic("p") })`,
	},
	{
		"a panic while Goexit unwinds, recovered, doesn't bring the goroutine back",
		func(say func(...any)) {
			defer say("outermost")
			func() {
				defer func() { say(recover()) }()
				defer func() { panic("p") }()
				runtime.Goexit()
			}()
			say("unreachable")
		},
		`func recovering() { frame := ʹrt.Frame(); say(ʹrt.Recover(frame)) }
		 func f() { ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { recovering() }, true); ʹrt.Push(d, func() { ʹrt.Panic("p") }, false); runtime.Goexit() }) }`,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { say("outermost") }, false); f(); say("unreachable") })`,
	},
	{
		"a panic while Goexit unwinds, not recovered, goes on",
		func(say func(...any)) {
			defer say("outermost")
			defer func() { panic("p") }()
			runtime.Goexit()
		},
		``,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { say("outermost") }, false); ʹrt.Push(d, func() { ʹrt.Panic("p") }, false); runtime.Goexit() })`,
	},
	{
		"a deferred call may defer",
		func(say func(...any)) {
			defer func() {
				defer say(1)
				defer func() { say("nested", recover()) }()
				say(2)
			}()
			panic("p")
		},
		`func nested() { frame := ʹrt.Frame(); say("nested", ʹrt.Recover(frame)) }
		 func f() { ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { say(1) }, false); ʹrt.Push(d, func() { nested() }, true); say(2) }) }`,
		`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { f() }, false); ʹrt.Panic("p") })`,
	},
}

func TestDeferredCallsAreMadeAsGoDoes(t *testing.T) {
	for _, test := range deferring {
		want := observed(t, func() {
			test.native(func(a ...any) { fmt.Fprintln(support.Stdout(), a...) })
		})
		lowered := newSession(t).function(`func say(a ...any) { fmt.Fprintln(ʹrt.Stdout(), a...) }
			`+test.declarations, test.lowered)
		if got := observed(t, lowered); got != want {
			t.Errorf("%s:\n%swant\n%s", test.name, got, want)
		}
	}
}

// observed is what f says, and how it ends, on a goroutine of its own.
func observed(t *testing.T, f func()) string {
	return captured(t, func() {
		scope := support.Stdout()
		done := make(chan string)
		go func() {
			end := "ended by Goexit\n"
			defer func() {
				if v := recover(); v != nil {
					end = fmt.Sprintf("panicked with %v\n", v)
				}
				done <- end
			}()
			f()
			end = "returned\n"
		}()
		fmt.Fprint(scope, <-done)
	})
}
