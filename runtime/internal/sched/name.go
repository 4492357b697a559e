package sched

import (
	"reflect"
	"runtime"
	"strings"
	"sync"
	"unsafe"
	"weak"
)

// named are the names of functions that Named has returned: by the function's
// closure, which the map doesn't keep alive.
var named sync.Map // weak.Pointer[byte] → string

// Named returns a function that does what f does, and that FunctionName knows by a
// name. An interpreter uses it for its functions, which are all alike to package
// runtime.
//
//go:noinline
func Named(f func(), name string) func() {
	own := func() { f() } // f itself may have several names
	closure := closureOf(own)
	key := weak.Make(closure)
	named.Store(key, name)
	runtime.AddCleanup(closure, func(key weak.Pointer[byte]) { named.Delete(key) }, key)
	return own
}

// namedCode is the code of all the functions that Named returns: inlined, Named
// would have copies of it.
var namedCode = code(Named(func() {}, ""))

func code(f func()) uintptr { return reflect.ValueOf(f).Pointer() }

// closureOf is what a function value points to.
func closureOf(f func()) *byte { return *(**byte)(unsafe.Pointer(&f)) }

// FunctionName returns the name of a declared function or a method without what
// qualifies it, "" for a function literal and where it can't be known.
func FunctionName(f func()) string {
	pc := code(f)
	if pc == namedCode {
		name, _ := named.Load(weak.Make(closureOf(f)))
		text, _ := name.(string)
		return text
	}
	info := runtime.FuncForPC(pc)
	// An interpreted function appears as the interpreter's own.
	if info == nil || strings.HasPrefix(info.Name(), "reflect.") || strings.HasPrefix(info.Name(), "github.com/traefik/yaegi/") {
		return ""
	}
	parts := strings.Split(info.Name()[strings.LastIndexByte(info.Name(), '/')+1:], ".")
	last := parts[len(parts)-1]
	method := strings.TrimSuffix(last, "-fm")
	if method == last && len(parts) != 2 {
		return "" // a function literal: main.main.func1
	}
	return method
}
