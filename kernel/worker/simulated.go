package worker

import (
	"context"
	"reflect"
	"time"

	"lockstep/kernel/worker/core"
	"lockstep/runtime/gosim"
	"lockstep/runtime/support"
)

// simulated are the functions of the standard library that a simulation has its own
// of: they wait, they start something that does, or they draw random numbers.
var simulated = map[string]map[string]reflect.Value{
	"sync":         {"OnceFunc": reflect.ValueOf(support.OnceFunc)},
	"runtime":      {"Gosched": reflect.ValueOf(gosim.Gosched)},
	"time":         {"AfterFunc": reflect.ValueOf(afterFunc), "After": reflect.ValueOf(after), "Tick": reflect.ValueOf(tick), "NewTimer": reflect.ValueOf(newTimer), "NewTicker": reflect.ValueOf(newTicker)},
	"context":      contexts,
	"math/rand":    random(gosim.Rand),
	"math/rand/v2": random(gosim.RandV2),
}

func init() {
	for path, table := range simulated {
		if overrides[path] == nil {
			overrides[path] = map[string]reflect.Value{}
		}
		for name, function := range table {
			overrides[path][name] = function
		}
	}
}

// until notes in the real world that somebody may wait until a time, and so isn't
// asleep for ever; zero is for ever.
func until(t time.Time) {
	switch {
	case support.Simulated() != nil:
	case t.IsZero():
		core.ForEver()
	default:
		core.Until(t)
	}
}

func afterFunc(d time.Duration, f func()) *time.Timer {
	if support.Simulated() != nil {
		return gosim.AfterFunc(d, f)
	}
	core.ForEver()
	return support.AfterFunc(d, f)
}

func after(d time.Duration) <-chan time.Time {
	until(time.Now().Add(d))
	return gosim.After(d)
}

func tick(d time.Duration) <-chan time.Time {
	until(time.Time{})
	return gosim.Tick(d)
}

func newTimer(d time.Duration) *time.Timer {
	until(time.Time{})
	return gosim.NewTimer(d)
}

func newTicker(d time.Duration) *time.Ticker {
	until(time.Time{})
	return gosim.NewTicker(d)
}

var contexts = map[string]reflect.Value{
	"WithCancel":      reflect.ValueOf(gosim.WithCancel),
	"WithCancelCause": reflect.ValueOf(gosim.WithCancelCause),
	"WithTimeout": reflect.ValueOf(func(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
		return withDeadlineCause(parent, support.Now().Add(d), nil)
	}),
	"WithTimeoutCause": reflect.ValueOf(func(parent context.Context, d time.Duration, cause error) (context.Context, context.CancelFunc) {
		return withDeadlineCause(parent, support.Now().Add(d), cause)
	}),
	"WithDeadline": reflect.ValueOf(func(parent context.Context, t time.Time) (context.Context, context.CancelFunc) {
		return withDeadlineCause(parent, t, nil)
	}),
	"WithDeadlineCause": reflect.ValueOf(withDeadlineCause),
	"Cause":             reflect.ValueOf(gosim.Cause),
	"AfterFunc": reflect.ValueOf(func(ctx context.Context, f func()) (stop func() bool) {
		in := support.CurrentScope()
		if in.World != nil {
			return gosim.AfterCancel(ctx, f)
		}
		return context.AfterFunc(ctx, func() { in.Do(f) })
	}),
}

func withDeadlineCause(parent context.Context, t time.Time, cause error) (context.Context, context.CancelFunc) {
	until(t)
	return gosim.WithDeadlineCause(parent, t, cause)
}

// random is what stands for the functions of a package, by name: the methods of a
// value.
func random(of any) map[string]reflect.Value {
	v := reflect.ValueOf(of)
	table := map[string]reflect.Value{}
	for i := range v.NumMethod() {
		table[v.Type().Method(i).Name] = reflect.ValueOf(v.Method(i).Interface())
	}
	return table
}
