package main

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"unique"
	"weak"
)

type T struct {
	Name string
	n    int
}

type config struct {
	cur atomic.Pointer[T]
	n   atomic.Int64
}

type E struct{ code int }

func (e *E) Error() string { return fmt.Sprint("E", e.code) }

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println("count ends")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func pairs() iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		_ = yield("a", T{"x", 1}) && yield("b", T{"y", 2})
	}
}

func main() {
	var p atomic.Pointer[T]
	fmt.Println(p.Load() == nil, p.Load())
	t := &T{"one", 1}
	p.Store(t)
	fmt.Println(p.Load() == t, p.Load().Name, *p.Load())
	u := &T{"two", 2}
	fmt.Println(p.CompareAndSwap(u, t), p.CompareAndSwap(t, u), p.Load().Name, p.Swap(nil).Name, p.Load() == nil)
	fmt.Printf("%T %T\n", &p, p.Load())
	var c config
	c.cur.Store(t)
	fmt.Println(c.cur.Load().n, c.n.Add(2))
	var pi atomic.Pointer[int]
	k := 5
	pi.Store(&k)
	*pi.Load() = 6
	fmt.Println(k)
	fmt.Printf("%T\n", &pi)
	var ps atomic.Pointer[map[string]int]
	mm := map[string]int{"a": 1}
	ps.Store(&mm)
	fmt.Println((*ps.Load())["a"])

	next, stop := iter.Pull(count(3))
	a, ok := next()
	fmt.Println(a, ok)
	a, ok = next()
	fmt.Println(a, ok)
	stop()
	a, ok = next()
	fmt.Println(a, ok)
	n2, s2 := iter.Pull2(pairs())
	for {
		k, v, ok := n2()
		if !ok {
			fmt.Println(k, v)
			break
		}
		fmt.Println(k, v)
	}
	s2()

	calls := 0
	ov := sync.OnceValue(func() int { calls++; return 42 })
	fmt.Println(ov(), ov(), calls)
	ovs := sync.OnceValues(func() (string, error) { calls++; return "s", errors.New("bad") })
	fmt.Println(ovs())
	fmt.Println(ovs())
	fmt.Println(calls)
	of := sync.OnceFunc(func() { fmt.Println("once") })
	of()
	of()
	op := sync.OnceValue(func() *T { panic("boom") })
	for range 2 {
		func() {
			defer func() { fmt.Println("recovered", recover()) }()
			op()
		}()
	}

	err := fmt.Errorf("wrapped: %w", &E{7})
	e, ok := errors.AsType[*E](err)
	fmt.Println(e, ok, e.code)
	_, ok = errors.AsType[*E](errors.New("x"))
	fmt.Println(ok)
	e, ok = errors.AsType[*E](errors.Join(errors.New("x"), &E{8}))
	fmt.Println(e, ok)

	h1, h2, h3 := unique.Make("a"), unique.Make("a"), unique.Make("b")
	fmt.Println(h1 == h2, h1 == h3, h1.Value(), h3.Value())
	hm := map[unique.Handle[T]]int{unique.Make(T{"q", 1}): 1}
	fmt.Println(hm[unique.Make(T{"q", 1})], hm[unique.Make(T{"q", 2})])
	fmt.Printf("%T\n", h1)

	w := weak.Make(t)
	fmt.Println(w.Value() == t, w.Value().Name, w == weak.Make(t))
	runtime.KeepAlive(t)

	d := rand.N(10)
	fmt.Println(d >= 0 && d < 10)
	fmt.Println(reflect.TypeFor[T](), reflect.TypeFor[error](), reflect.TypeFor[[]int]())
	x, ok := reflect.TypeAssert[int](reflect.ValueOf(3))
	fmt.Println(x, ok)
	y, ok := reflect.TypeAssert[fmt.Stringer](reflect.ValueOf(3))
	fmt.Println(y, ok)

	var wg sync.WaitGroup
	var latest atomic.Pointer[T]
	var total atomic.Int32
	for i := range 20 {
		wg.Go(func() {
			for {
				old := latest.Load()
				nn := 1
				if old != nil {
					nn = old.n + 1
				}
				if latest.CompareAndSwap(old, &T{"g", nn}) {
					total.Add(1)
					break
				}
			}
			_ = i
		})
	}
	wg.Wait()
	fmt.Println(latest.Load().n, total.Load())
}
