package main

import (
	"database/sql/driver"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
)

type Ints []int
type F func(int) int

func gen(yield func(int) bool) { _ = yield(1) && yield(2) }

type Seq[T any] func(yield func(T) bool)

func (s Seq[T]) Count() (n int) {
	for range s {
		n++
	}
	return n
}

func main() {
	s := iter.Seq[int](gen)
	fmt.Println(slices.Collect(s), slices.Collect(iter.Seq[int](func(yield func(int) bool) { yield(9) })))
	fmt.Println(slices.Collect(gen))
	fmt.Println(Seq[int](gen).Count(), Seq[int](s).Count(), slices.Collect(iter.Seq[int](Seq[int](gen))))
	a := Ints{3, 1}
	b := slices.Clone(a)
	slices.Sort(b)
	fmt.Println(a, b, slices.Equal(a, b), slices.Max(a))
	fmt.Printf("%T %T %T\n", b, slices.Concat(a, b), slices.Collect(slices.Values(a)))
	fs := []F{func(i int) int { return i }, func(i int) int { return i * 2 }}
	slices.Reverse(fs)
	fmt.Println(fs[0](4))
	chs := []chan int{make(chan int, 1), make(chan int, 2)}
	fmt.Println(slices.Contains(chs, chs[1]), slices.Index(chs, nil))
	arr := [][2]int{{2, 1}, {1, 2}}
	slices.SortFunc(arr, func(x, y [2]int) int { return slices.Compare(x[:], y[:]) })
	fmt.Println(arr, slices.Contains(arr, [2]int{1, 2}))
	es := []error{nil, fmt.Errorf("x")}
	fmt.Println(slices.Index(es, nil), slices.IndexFunc(es, func(e error) bool { return e != nil }))
	as := []any{1, "a", nil, Ints(nil)}
	fmt.Println(slices.Contains(as, "a"), slices.Index(as, nil))
	ps := make([]atomic.Pointer[Ints], 2)
	ps[1].Store(&a)
	for i := range ps {
		fmt.Println(ps[i].Load() == nil)
	}
	var vs []driver.Value
	vs = append(vs, 1)
	fmt.Println(slices.Repeat(vs, 2))
	var nested [][]int
	for c := range slices.Chunk([]int{1, 2, 3}, 2) {
		nested = append(nested, slices.Clone(c))
	}
	fmt.Println(nested, slices.MaxFunc(nested, func(a, b []int) int { return len(a) - len(b) }))
	type pair = struct {
		k string
		v int
	}
	var pairs []pair
	for i, v := range slices.All([]string{"p", "q"}) {
		pairs = append(pairs, pair{v, i})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return b.v - a.v })
	fmt.Println(pairs)
	bs := []byte("hello")
	slices.Sort(bs)
	fmt.Println(string(bs), slices.Index([]rune("héé"), 'é'))
	us := []uint8{1}
	us = slices.Grow(us, 3)
	fmt.Println(slices.Insert(us, 0, 5, 6))
	x := []string{"c", "b"}
	y := x
	slices.Sort(y)
	fmt.Println(x)
	nan := []float64{2, 1}
	fmt.Println(slices.Min(nan), slices.IsSorted(nan))
	w := slices.Collect(func(yield func(string) bool) { _ = yield("z") && yield("a") })
	slices.SortFunc(w, func(a, b string) int {
		if a < b {
			return -1
		}
		if a > b {
			return 1
		}
		return 0
	})
	fmt.Println(w)
}
