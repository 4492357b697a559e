package main

import (
	"cmp"
	"crypto/pbkdf2"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"maps"
	"math"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

type Tree[K cmp.Ordered, V any] struct {
	left, right *Tree[K, V]
	key         K
	val         V
}

func (t *Tree[K, V]) Put(k K, v V) *Tree[K, V] {
	if t == nil {
		return &Tree[K, V]{key: k, val: v}
	}
	switch c := cmp.Compare(k, t.key); {
	case c < 0:
		t.left = t.left.Put(k, v)
	case c > 0:
		t.right = t.right.Put(k, v)
	default:
		t.val = v
	}
	return t
}

func (t *Tree[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { t.push(yield) }
}

func (t *Tree[K, V]) push(yield func(K, V) bool) bool {
	return t == nil || t.left.push(yield) && yield(t.key, t.val) && t.right.push(yield)
}

func Map[T, U any](s iter.Seq[T], f func(T) U) iter.Seq[U] {
	return func(yield func(U) bool) {
		for v := range s {
			if !yield(f(v)) {
				return
			}
		}
	}
}

func Filter[T any](s iter.Seq[T], f func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		s(func(v T) bool { return !f(v) || yield(v) })
	}
}

type Stringer interface{ String() string }
type A int

func (a A) String() string { return fmt.Sprintf("A%d", int(a)) }

type Cache[K comparable, V any] struct {
	mu sync.Mutex
	m  map[K]*atomic.Pointer[V]
}

func (c *Cache[K, V]) Get(k K) *atomic.Pointer[V] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil {
		c.m = map[K]*atomic.Pointer[V]{}
	}
	if c.m[k] == nil {
		c.m[k] = new(atomic.Pointer[V])
	}
	return c.m[k]
}

type Node struct {
	next atomic.Pointer[Node]
	v    int
}

type Emb struct {
	atomic.Pointer[Node]
	x int
}

type Holder struct {
	Seq iter.Seq[int]
	Cmp func(a, b string) int
}

type Err struct{ s string }

func (e Err) Error() string { return e.s }

func MaxOf[T cmp.Ordered](xs ...T) T { return slices.Max(xs) }

func try(f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("panic:", r)
		}
	}()
	f()
}

func main() {
	var t *Tree[string, int]
	for i, w := range strings.Fields("the quick brown fox jumps over the lazy dog") {
		t = t.Put(w, i)
	}
	for k, v := range t.All() {
		fmt.Print(k, "=", v, " ")
	}
	fmt.Println()
	next, stop := iter.Pull2(t.All())
	fmt.Println(next())
	fmt.Println(next())
	stop()
	words := Map(strings.FieldsSeq("a bb ccc"), func(s string) int { return len(s) })
	fmt.Println(slices.Collect(Filter(words, func(n int) bool { return n != 2 })))
	fmt.Println(slices.Sorted(Map(maps.Keys(map[A]bool{3: true, 1: true}), A.String)))
	var ss []Stringer
	for _, a := range []A{3, 1, 2} {
		ss = append(ss, a)
	}
	slices.SortFunc(ss, func(a, b Stringer) int { return cmp.Compare(a.String(), b.String()) })
	fmt.Println(ss, slices.Contains(ss, Stringer(A(2))), slices.Index(ss, Stringer(A(9))))
	var c Cache[string, Node]
	c.Get("a").Store(&Node{v: 5})
	fmt.Println(c.Get("a").Load().v, c.Get("b").Load() == nil)
	head := &Node{v: 1}
	head.next.Store(&Node{v: 2})
	for n := head; n != nil; n = n.next.Load() {
		fmt.Print(n.v, " ")
	}
	fmt.Println()
	var e Emb
	e.Store(head)
	fmt.Println(e.Load().v, e.Pointer.Load() == head)
	load := e.Load
	fmt.Println(load().v, (*atomic.Pointer[Node]).Load(&e.Pointer).v)
	h := Holder{Seq: slices.Values([]int{1, 2}), Cmp: cmp.Compare[string]}
	for v := range h.Seq {
		fmt.Print(v)
	}
	fmt.Println(h.Cmp("a", "b"), slices.Collect(h.Seq))
	h.Cmp = strings.Compare
	w := []string{"b", "a"}
	slices.SortFunc(w, h.Cmp)
	slices.SortFunc(w, cmp.Compare[string])
	fmt.Println(w, MaxOf(1, 5, 2), MaxOf("x", "y"), MaxOf[float64](1, math.NaN()))
	try(func() { slices.Repeat([]int{1}, -1) })
	try(func() { slices.Chunk([]int{1}, 0) })
	try(func() { slices.Min([]A{}) })
	try(func() {
		for range Map(slices.Values([]int{1, 0}), func(i int) int { return 1 / i }) {
		}
	})
	n2, s2 := iter.Pull(func(yield func(A) bool) { yield(1); panic("in seq") })
	fmt.Println(n2())
	try(func() { n2() })
	fmt.Println(n2())
	s2()
	err := fmt.Errorf("w: %w", Err{"deep"})
	x, ok := errors.AsType[Err](err)
	fmt.Println(x, ok)
	pe, ok := errors.AsType[*os.PathError](&os.PathError{Op: "open", Path: "p", Err: os.ErrNotExist})
	fmt.Println(pe, ok)
	type local struct{ a, b int }
	ls := []local{{2, 1}, {1, 2}}
	slices.SortFunc(ls, func(p, q local) int { return p.a - q.a })
	fmt.Printf("%v %+v %T\n", ls, slices.Clone(ls), ls)
	fmt.Println(slices.MinFunc(ls, func(p, q local) int { return p.b - q.b }))
	seed := maphash.MakeSeed()
	fmt.Println(maphash.Comparable(seed, local{1, 2}) == maphash.Comparable(seed, local{1, 2}))
	key, err := pbkdf2.Key(sha256.New, "pw", []byte("salt"), 10, 8)
	fmt.Printf("%x %v\n", key, err)
	fmt.Println(reflect.TypeFor[local](), reflect.TypeFor[Stringer](), reflect.TypeFor[map[string]local]().Elem().NumField())
	v, ok := reflect.TypeAssert[A](reflect.ValueOf(A(4)))
	fmt.Println(v, ok)
	if i, found := slices.BinarySearchFunc(ls, 2, func(l local, n int) int { return cmp.Compare(l.a, n) }); found {
		fmt.Println("found", i)
	}
	fmt.Println(slices.CompactFunc([]string{"a", "A", "b"}, strings.EqualFold))
	fmt.Println(slices.IsSortedFunc(ls, func(p, q local) int { return p.a - q.a }), slices.IsSorted([]A{1, 2}))
	fmt.Println(slices.DeleteFunc([]int{1, 2, 3, 4}, func(n int) bool { return n%2 == 0 }))
	fmt.Println(slices.AppendSeq([]int{0}, maps.Values(map[int]int{1: 7})))
	fmt.Println(maps.EqualFunc(map[int]int{1: 1}, map[int]string{1: "1"}, func(a int, b string) bool { return fmt.Sprint(a) == b }))
	fmt.Println(slices.SortedStableFunc(slices.Values([]string{"bb", "a", "cc"}), func(a, b string) int { return len(a) - len(b) }))
	fmt.Println(slices.CompareFunc([]int{1}, []A{2}, func(a int, b A) int { return a - int(b) }))
	var once = sync.OnceValue(func() map[string]local { return map[string]local{"k": {1, 2}} })
	fmt.Println(once()["k"], len(once()))
	for i, ch := range slices.Backward([]byte("hey")) {
		if i == 0 {
			break
		}
		fmt.Print(string(rune(ch)))
	}
	fmt.Println()
outer:
	for a := range slices.Values([]int{1, 2, 3}) {
		for b := range maps.Keys(map[int]bool{5: true}) {
			if a == 2 {
				continue outer
			}
			if a == 3 {
				break outer
			}
			fmt.Print(a, b, " ")
		}
	}
	fmt.Println()
	fmt.Println(func() int {
		for l := range strings.Lines("x\ny\n") {
			return len(l)
		}
		return -1
	}())
	var np *atomic.Pointer[int]
	try(func() { np.Load() })
	_ = runtime.NumGoroutine()
	fn := slices.Contains[[]string]
	fmt.Println(fn([]string{"q"}, "q"))
	fmt.Println(slices.ContainsFunc([]A{1}, func(a A) bool { return a.String() == "A1" }))
	arr := [...]int{5, 4, 3}
	slices.Sort(arr[:])
	fmt.Println(arr)
	m := map[string][]A{"x": {2, 1}}
	slices.Sort(m["x"])
	fmt.Println(m, slices.Equal(m["x"], []A{1, 2}))
	fmt.Println(cmp.Or("", "dflt"), cmp.Or(0, 0), cmp.Or[error](nil, Err{"e"}))
}
