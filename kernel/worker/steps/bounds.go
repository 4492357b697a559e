package steps

import (
	"fmt"
	"reflect"
	"unsafe"
)

// The interpreter leaves it to package reflect to notice that an index is out of
// range, which says so without the numbers and not by a runtime.Error.

// index is the generator of x[i], for anything but maps.
func index(n *node) {
	next, otherwise := getExec(n.tnext), getExec(n.fnext)
	x, at := genValueArray(n.child[0]), genValue(n.child[1])
	slot, level := n.findex, n.level
	if constant := n.child[1].rval; constant.IsValid() {
		i := reflect.ValueOf(int(vInt(constant)))
		at = func(*frame) reflect.Value { return i }
	}
	element := func(f *frame) reflect.Value {
		i := at(f)
		list := x(f)
		k := position(i)
		if uint(k) >= uint(list.Len()) {
			panicIndex(i, list.Len())
		}
		return list.Index(k)
	}
	if otherwise == nil {
		n.exec = func(f *frame) step {
			v := element(f)
			getFrame(f, level).data[slot] = v
			return next
		}
		return
	}
	n.exec = func(f *frame) step {
		v := element(f)
		getFrame(f, level).data[slot] = v
		if v.Bool() {
			return next
		}
		return otherwise
	}
}

// slice is the generator of x[low:], x[low:high] and x[low:high:max].
func slice(n *node) { slicing(n, true) }

// sliceFromStart is the generator of x[:], x[:high] and x[:high:max].
func sliceFromStart(n *node) { slicing(n, false) }

func slicing(n *node, hasLow bool) {
	next := getExec(n.tnext)
	x := genValueArray(n.child[0])
	slot, level := n.findex, n.level
	zero := reflect.ValueOf(0)
	var at []func(*frame) reflect.Value // low, high, max
	if !hasLow {
		at = append(at, func(*frame) reflect.Value { return zero })
	}
	for _, c := range n.child[1:] {
		at = append(at, genBound(c))
	}
	n.exec = func(f *frame) step {
		list := x(f)
		var b bounds
		b.low = at[0](f)
		switch len(at) {
		case 1:
			b.high = reflect.ValueOf(list.Len())
		case 2:
			b.high = at[1](f)
		case 3:
			b.high, b.max = at[1](f), at[2](f)
		}
		getFrame(f, level).data[slot] = b.slice(list)
		return next
	}
}

func genBound(n *node) func(*frame) reflect.Value {
	if n.rval.IsValid() {
		v := reflect.ValueOf(int(vInt(n.rval)))
		return func(*frame) reflect.Value { return v }
	}
	return genValue(n)
}

// position is an index as an int, negative if it is too large for one.
func position(v reflect.Value) int {
	if v.CanInt() {
		return int(v.Int())
	}
	return int(v.Uint())
}

// bounds are those of a slice expression. Without max the list's capacity counts.
type bounds struct{ low, high, max reflect.Value }

// slice slices a list, or panics as Go does.
func (b bounds) slice(list reflect.Value) reflect.Value {
	limit, isSlice := list.Len(), list.Kind() == reflect.Slice
	if isSlice {
		limit = list.Cap()
	}
	low, high := position(b.low), position(b.high)
	if b.max.IsValid() {
		most := position(b.max)
		switch {
		case uint(most) > uint(limit):
			panicMax(b.max, limit, isSlice)
		case uint(high) > uint(most):
			panicHigh3(b.high, most)
		case uint(low) > uint(high):
			panicLow3(b.low, high)
		}
		return list.Slice3(low, high, most)
	}
	switch {
	case uint(high) > uint(limit):
		panicHigh(b.high, limit, isSlice)
	case uint(low) > uint(high):
		panicLow(b.low, high)
	}
	return list.Slice(low, high)
}

// The panics are raised by doing what is wrong to a list whose elements take no
// memory, so that the errors are Go's own.

func list(n int) []struct{} { return make([]struct{}, n) }

func panicIndex(i reflect.Value, n int) {
	if i.CanInt() {
		_ = list(n)[i.Int()]
	}
	_ = list(n)[i.Uint()]
}

// panicHigh is about x[:high]. Of what is no slice the error names the length.
func panicHigh(high reflect.Value, limit int, isSlice bool) {
	switch {
	case isSlice && high.CanInt():
		_ = list(limit)[:high.Int()]
	case isSlice:
		_ = list(limit)[:high.Uint()]
	case high.CanInt():
		_ = text(limit)[:high.Int()]
	default:
		_ = text(limit)[:high.Uint()]
	}
}

// text is a string that says it has n bytes.
func text(n int) (s string) {
	(*struct {
		data unsafe.Pointer
		n    int
	})(unsafe.Pointer(&s)).n = n
	return s
}

// panicLow is about x[low:high].
func panicLow(low reflect.Value, high int) {
	if low.CanInt() {
		_ = list(high)[low.Int():high]
	}
	_ = list(high)[low.Uint():high]
}

// panicMax is about x[::most]. As with high, the length is named unless most is
// negative.
func panicMax(most reflect.Value, limit int, isSlice bool) {
	if !isSlice && (most.CanUint() || most.Int() > 0) {
		panic(arrayError(fmt.Sprintf("slice bounds out of range [::%v] with length %d", most, limit)))
	}
	if most.CanInt() {
		_ = list(limit)[0:0:most.Int()]
	}
	_ = list(limit)[0:0:most.Uint()]
}

// panicHigh3 is about x[:high:most].
func panicHigh3(high reflect.Value, most int) {
	if high.CanInt() {
		_ = list(most)[:high.Int():most]
	}
	_ = list(most)[:high.Uint():most]
}

// panicLow3 is about x[low:high:].
func panicLow3(low reflect.Value, high int) {
	if low.CanInt() {
		_ = list(high)[low.Int():high:high]
	}
	_ = list(high)[low.Uint():high:high]
}

// arrayError is what Go says of an array's third bound, for which the array would
// have to be there when this program is compiled.
type arrayError string

func (e arrayError) Error() string { return "runtime error: " + string(e) }

// RuntimeError makes it a runtime.Error.
func (arrayError) RuntimeError() {}
