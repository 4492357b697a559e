package core

import (
	"fmt"
	"reflect"
	"sync"

	"lockstep/kernel/worker/celltype"
)

// Box is v as an interface value holds it: of the true variant.
func (c *Core) Box(v any) any { return c.types.TrueInterface(v) }

// Open is what an interface value holds as lowered code handles it: of the open
// variant.
func (c *Core) Open(v any) any { return c.types.OpenInterface(v) }

// token is what a pointer type stands for where lowered code names a type: T by
// (*T)(nil).
type token struct {
	truth reflect.Type // of the true variant
	open  reflect.Type
	zero  any // the zero value of open, nil for an interface
	iface bool
	// known remembers of an interface which types implement it: reflect.Type → bool.
	known *sync.Map
}

// tokens are known by the pointer's type.
type tokens struct{ byType sync.Map }

func (c *Core) token(pointer any) *token {
	t := reflect.TypeOf(pointer)
	if known, ok := c.tokens.byType.Load(t); ok {
		return known.(*token)
	}
	if t == nil || t.Kind() != reflect.Pointer {
		panic(fmt.Sprintf("core: a type is named by a %v, not by a pointer to it", t))
	}
	k := &token{open: t.Elem(), truth: c.types.TrueType(t.Elem()), iface: t.Elem().Kind() == reflect.Interface}
	if k.iface {
		k.known = new(sync.Map)
	} else {
		k.zero = reflect.Zero(k.open).Interface()
	}
	c.tokens.byType.Store(t, k)
	return k
}

func (k *token) has(x any) bool {
	t := reflect.TypeOf(x)
	if !k.iface || t == nil {
		return t == k.truth
	}
	if known, ok := k.known.Load(t); ok {
		return known.(bool)
	}
	ok := t.Implements(k.truth)
	k.known.Store(t, ok)
	return ok
}

// Assert is x.(T) for a T named by token: (*T)(nil). It gives an open value, or x
// itself if T is an interface. If x holds something else it panics with a
// *runtime.TypeAssertionError, in which static is what the type of x shows itself as.
func (c *Core) Assert(x, token any, static string) any {
	k := c.token(token)
	if !k.has(x) {
		panic(celltype.AssertionError(x, k.truth, static))
	}
	if k.iface {
		return x
	}
	return c.Open(x)
}

// Is reports whether x.(T) would succeed. See Assert.
func (c *Core) Is(x, token any) bool { return c.token(token).has(x) }

// Try is v, ok := x.(T). If x holds something else v is the zero value of T, nil
// for an interface. See Assert.
func (c *Core) Try(x, token any) (v any, ok bool) {
	k := c.token(token)
	switch {
	case !k.has(x):
		return k.zero, false
	case k.iface:
		return x, true
	}
	return c.Open(x), true
}

// TryTo is *to, ok = x.(T) for a pointer to a T. See Try.
func (c *Core) TryTo(x, to any) (ok bool) {
	k := c.token(to)
	target := reflect.ValueOf(to).Elem()
	if ok = k.has(x); !ok {
		target.SetZero()
	} else if k.iface {
		target.Set(reflect.ValueOf(x))
	} else {
		target.Set(reflect.ValueOf(c.Open(x)))
	}
	return ok
}

// Eq is a == b of two interface values. It panics with a runtime.Error if they
// hold values of one type that can't be compared.
func Eq(a, b any) bool { return a == b }

// Conv is T(v) for a T named by token, between types of one underlying type, and
// between channels of different direction. It gives an open value.
func (c *Core) Conv(v, token any) any {
	k := c.token(token)
	if k.iface {
		return c.Box(v)
	}
	return c.fit(v, k.open).Interface()
}

// fit is v as a value of type t, which is an interface or of the open variant.
func (c *Core) fit(v any, t reflect.Type) reflect.Value {
	if v == nil {
		return reflect.Zero(t)
	}
	if t.Kind() == reflect.Interface {
		to := reflect.New(t).Elem()
		to.Set(reflect.ValueOf(c.Box(v)))
		return to
	}
	from := reflect.ValueOf(c.Open(v))
	switch {
	case from.Type() == t:
		return from
	case t.Kind() == reflect.Chan && from.Kind() == reflect.Chan && from.Type().Elem() == t.Elem():
		// Lowered code goes from one direction to either.
		p := reflect.New(from.Type())
		p.Elem().Set(from)
		return reflect.NewAt(t, p.UnsafePointer()).Elem()
	}
	return convert(from, t)
}

// convert is reflect.Value.Convert, which does not convert between strings and
// slices of named types of bytes or runes.
func convert(v reflect.Value, t reflect.Type) reflect.Value {
	switch {
	case v.Kind() == reflect.Slice && t.Kind() == reflect.String:
		plain := reflect.TypeFor[[]byte]()
		if v.Type().Elem().Kind() == reflect.Int32 {
			plain = reflect.TypeFor[[]rune]()
		}
		v = sameElements(v, plain)
	case v.Kind() == reflect.String && t.Kind() == reflect.Slice:
		plain := reflect.TypeFor[[]byte]()
		if t.Elem().Kind() == reflect.Int32 {
			plain = reflect.TypeFor[[]rune]()
		}
		return sameElements(v.Convert(plain), t)
	}
	return v.Convert(t)
}

// sameElements is a slice as one of another type, of elements of the same layout.
func sameElements(slice reflect.Value, t reflect.Type) reflect.Value {
	p := reflect.New(slice.Type())
	p.Elem().Set(slice)
	return reflect.NewAt(t, p.UnsafePointer()).Elem()
}

// SliceToArray is T(slice) for an array type T or a pointer to one, named by
// token. A slice that is too short panics with a runtime.Error.
func (c *Core) SliceToArray(slice, token any) any {
	t := c.token(token).open
	array := t
	if t.Kind() == reflect.Pointer {
		array = t.Elem()
	}
	s := reflect.ValueOf(c.Open(slice))
	if s.Len() < array.Len() {
		panic(runtimeError(fmt.Sprintf("cannot convert slice with length %d to array or pointer to array with length %d", s.Len(), array.Len())))
	}
	return s.Convert(t).Interface()
}

// maxAllocation is more than the memory that a Go process can have.
const maxAllocation = 1 << 48

// MakeSlice is make(T, n, capacity) for a slice type T named by token.
func (c *Core) MakeSlice(token any, n, capacity int) any {
	t := c.token(token).open
	most := maxAllocation / int(max(1, t.Elem().Size()))
	switch {
	case n < 0 || n > most:
		panic(makeSliceLen())
	case capacity < n || capacity > most:
		panic(makeSliceCap())
	}
	return reflect.MakeSlice(t, n, capacity).Interface()
}

// Clear is the built-in function clear, of a map or a slice.
func Clear(x any) { reflect.ValueOf(x).Clear() }
