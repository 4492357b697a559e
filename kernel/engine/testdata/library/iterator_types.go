package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync/atomic"
)

type T struct{ a int }

func kind(x any) string {
	switch v := x.(type) {
	case iter.Seq[int]:
		return fmt.Sprint("seq ", slices.Collect(v))
	case func(func(int) bool):
		return "func"
	case iter.Seq2[string, T]:
		return "seq2"
	}
	return "?"
}

func main() {
	s := slices.Values([]int{1, 2})
	fmt.Printf("%T %T\n", s, maps.All(map[string]T{}))
	fmt.Println(kind(s), kind((func(func(int) bool))(s)), kind(maps.All(map[string]T{})), kind(3))
	var x any = s
	_, ok := x.(func(func(int) bool))
	y, ok2 := x.(iter.Seq[int])
	fmt.Println(ok, ok2, slices.Collect(y), slices.Collect(x.(iter.Seq[int])))
	_, ok3 := x.(iter.Seq[string])
	fmt.Println(ok3)
	m := map[string]any{"s": s}
	for v := range m["s"].(iter.Seq[int]) {
		fmt.Print(v)
	}
	fmt.Println()
	var p atomic.Pointer[T]
	fmt.Printf("%v %+v\n", &p, &p)
	p.Store(&T{1})
	fmt.Println(p.Load().a)
	var n iter.Seq[int]
	fmt.Println(n == nil)
	defer func() { fmt.Println(recover()) }()
	_ = x.(iter.Seq2[int, int])
}
