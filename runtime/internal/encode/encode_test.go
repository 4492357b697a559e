package encode_test

import (
	"errors"
	"fmt"
	"math/big"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"lockstep/runtime/internal/encode"
)

type shape interface{ area() float64 }

type square struct{ side float64 }

func (s square) area() float64 { return s.side * s.side }

type node struct {
	value int
	next  *node
}

type record struct {
	Name    string
	hidden  []int
	nested  map[string][]square
	shape   shape
	any     any
	pointer *int
	array   [3]string
	when    time.Time
	fields  struct{ a, b int }
	none    chan int
}

type guarded struct {
	Inner struct{ Mu sync.Mutex }
}

type names map[string]int

func table() *encode.Table {
	t := &encode.Table{}
	for _, v := range []any{square{}, node{}, record{}, guarded{}, names{}, big.Int{}, time.Time{}, time.Duration(0)} {
		t.Add(reflect.TypeOf(v))
	}
	return t
}

func roundTrip(t *testing.T, v any) any {
	t.Helper()
	types := table()
	bytes, err := encode.Marshal(types, v)
	if err != nil {
		t.Fatalf("%#v: %v", v, err)
	}
	got, err := encode.Unmarshal(types, bytes)
	if err != nil {
		t.Fatalf("%#v: %v", v, err)
	}
	return got
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	seven := 7
	for _, v := range []any{
		nil, true, 3, int8(-3), uint64(1) << 63, 2.5, float32(0.1), complex(1, -2), "", "héllo", []byte("raw"),
		[]int(nil), []int{}, []int{1, 2, 3}, []string{"a", ""}, [2]bool{true, false}, [][]string{{"x"}, nil},
		map[string]int{"a": 1, "b": 2}, map[string]int(nil), map[[2]int]*int{{1, 2}: &seven}, names{"n": 1},
		[]any{1, "two", nil, 3.5, []any{square{2}}}, &seven, (*int)(nil), square{2}, &square{3}, struct{}{},
		time.Duration(5), time.Date(2024, 2, 29, 1, 2, 3, 4, time.UTC),
		record{Name: "r", hidden: []int{1}, nested: map[string][]square{"s": {{1}, {2}}}, shape: square{4}, any: &square{5}, pointer: &seven,
			array: [3]string{"a", "b", "c"}, when: time.Unix(1, 2).UTC(), fields: struct{ a, b int }{1, 2}},
		map[any]any{1: "a", "b": 2, square{1}: nil},
	} {
		if got := roundTrip(t, v); !reflect.DeepEqual(got, v) {
			t.Errorf("%#v came back as %#v", v, got)
		}
	}
	if got := roundTrip(t, big.NewInt(1<<40)).(*big.Int); got.Int64() != 1<<40 {
		t.Errorf("a big number came back as %v", got)
	}
}

func TestPointersKeepTheirShape(t *testing.T) {
	ring := &node{value: 1}
	ring.next = &node{value: 2, next: ring}
	got := roundTrip(t, ring).(*node)
	if got.next.next != got || got.value != 1 || got.next.value != 2 {
		t.Errorf("a ring came back as %+v", got)
	}
	shared := &square{1}
	pair := roundTrip(t, []*square{shared, shared}).([]*square)
	if pair[0] != pair[1] || pair[0] == shared {
		t.Error("two pointers to one value came back as two, or as the old one")
	}
	m := map[string]any{}
	m["self"] = m
	own := roundTrip(t, m).(map[string]any)
	own["mark"] = 1
	if own["self"].(map[string]any)["mark"] != 1 {
		t.Error("a map that holds itself came back as two")
	}
	long := &node{}
	for i := range 20_000 {
		long = &node{i, long}
	}
	n := 0
	for at := roundTrip(t, long).(*node); at != nil; at = at.next {
		n++
	}
	if n != 20_001 {
		t.Errorf("a list of 20001 came back with %d", n)
	}
}

func TestWhatCanNotGoIsRefusedWithItsPlace(t *testing.T) {
	types := table()
	loop := []any{nil}
	loop[0] = loop
	type unknown struct{ A int }
	for _, test := range []struct {
		v    any
		is   error
		text string
	}{
		{make(chan int), encode.ErrProcessOnly, "a value of type chan int can't go to another process: a channel connects goroutines of one process; use a process.Queue"},
		{record{none: make(chan int)}, encode.ErrProcessOnly, "the part .none of type chan int"},
		{[]any{1, func() {}}, encode.ErrProcessOnly, "the part [1] of type func()"},
		{guarded{}, encode.ErrProcessOnly, "the part .Inner.Mu of type sync.Mutex can't go to another process: it works among the goroutines of one process; use process.Lock"},
		{map[string]any{"k": make(chan int)}, encode.ErrProcessOnly, "the part […] of type chan int"},
		{record{any: os.Stdout}, encode.ErrUnknownType, "the part .any of type os.File"},
		{unknown{1}, encode.ErrUnknownType, "encode_test.unknown can't go to another process: the type is not known"},
		{loop, encode.ErrDeep, "nested too deeply"},
	} {
		_, err := encode.Marshal(types, test.v)
		if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%T: error %q, want one with %q", test.v, err, test.text)
		}
	}
}

func TestErrorsOfUnknownTypesKeepTheirText(t *testing.T) {
	got := roundTrip(t, []error{fmt.Errorf("outer: %w", os.ErrNotExist), nil}).([]error)
	var remote *encode.RemoteError
	if !errors.As(got[0], &remote) || remote.Type != "*fmt.wrapError" || got[0].Error() != "outer: file does not exist" || got[1] != nil {
		t.Errorf("came back as %#v", got)
	}
}

func TestTypesOfOneNameAreToldApart(t *testing.T) {
	types := &encode.Table{}
	first := func() any { type local struct{ A int }; return local{1} }()
	second := func() any { type local struct{ B string }; return local{"b"} }()
	types.Add(reflect.TypeOf(first))
	types.Add(reflect.TypeOf(second))
	for _, v := range []any{first, second} {
		bytes, err := encode.Marshal(types, v)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := encode.Unmarshal(types, bytes); err != nil || got != v {
			t.Errorf("%#v came back as %#v, %v", v, got, err)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	types := table()
	for _, v := range []any{1, "text", []int{1}, map[string]int{"a": 1}, []any{square{1}, &node{}}, record{}, errors.New("e")} {
		bytes, err := encode.Marshal(types, v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(bytes)
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		v, err := encode.Unmarshal(types, bytes)
		if err != nil && v != nil {
			t.Errorf("both a value %#v and an error %v", v, err)
		}
	})
}

func BenchmarkRoundTrip(b *testing.B) {
	types := table()
	v := record{Name: "r", hidden: []int{1, 2, 3}, shape: square{2}}
	for b.Loop() {
		bytes, err := encode.Marshal(types, v)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := encode.Unmarshal(types, bytes); err != nil {
			b.Fatal(err)
		}
	}
}
