package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

type P struct {
	Name string
	Age  int
}

type Names []string

func (n Names) Len() int { return len(n) }

func main() {
	x := []int{3, 1, 2}
	slices.Sort(x)
	fmt.Println(x, slices.Contains(x, 2), slices.Index(x, 3), slices.Max(x), slices.Min(x))
	i, ok := slices.BinarySearch(x, 2)
	fmt.Println(i, ok)
	ps := []P{{"b", 2}, {"a", 2}, {"c", 1}}
	slices.SortFunc(ps, func(a, b P) int { return cmp.Or(cmp.Compare(a.Age, b.Age), strings.Compare(a.Name, b.Name)) })
	fmt.Println(ps)
	slices.SortStableFunc(ps, func(a, b P) int { return -cmp.Compare(a.Age, b.Age) })
	fmt.Println(ps, slices.Contains(ps, P{"c", 1}), slices.Index(ps, P{"a", 2}))
	m := map[string]int{"one": 1, "two": 2, "three": 3}
	fmt.Println(slices.Sorted(maps.Keys(m)), slices.Sorted(maps.Values(m)))
	sum := 0
	for k, v := range maps.All(m) {
		sum += len(k) * v
	}
	for k := range maps.Keys(m) {
		sum += len(k)
	}
	fmt.Println(sum)
	n := Names{"z", "y", "x"}
	slices.Sort(n)
	fmt.Printf("%v %T %T\n", n, n, slices.Clone(n))
	m2 := maps.Clone(m)
	delete(m2, "one")
	fmt.Println(len(m), len(m2), maps.Equal(m, m2))
	fmt.Println(slices.Collect(strings.SplitSeq("a,b,c", ",")))
	for s := range strings.SplitSeq("x y z", " ") {
		fmt.Print(s, ";")
	}
	fmt.Println()
	for c := range slices.Chunk([]int{1, 2, 3, 4, 5}, 2) {
		fmt.Print(c)
	}
	fmt.Println()
	fmt.Println(slices.Insert([]int{1, 2, 3}, 1, 9, 8), slices.Delete([]int{1, 2, 3}, 0, 1), slices.Replace([]int{1, 2, 3}, 0, 2, 7))
	fmt.Println(slices.Compact([]int{1, 1, 2, 2, 1}), slices.Repeat([]string{"a"}, 3), slices.Concat([]int{1}, []int{2, 3}))
	for i, v := range slices.Backward([]string{"p", "q"}) {
		fmt.Print(i, v, " ")
	}
	fmt.Println()
	idx := slices.IndexFunc(ps, func(p P) bool { return p.Name == "c" })
	fmt.Println(idx, slices.ContainsFunc(ps, func(p P) bool { return p.Age > 5 }))
	fmt.Println(slices.MaxFunc(ps, func(a, b P) int { return cmp.Compare(a.Name, b.Name) }))
	fmt.Println(slices.EqualFunc([]int{1}, []string{"1"}, func(a int, b string) bool { return fmt.Sprint(a) == b }))
	fmt.Println(slices.Equal([]P{{"a", 1}}, []P{{"a", 1}}), slices.Compare([]int{1, 2}, []int{1, 3}))
	fmt.Println(cmp.Less(1.5, 2), cmp.Compare("a", "b"), min(3, 1))
	slices.Reverse(ps)
	fmt.Println(ps)
	maps.DeleteFunc(m, func(k string, v int) bool { return v > 1 })
	fmt.Println(m)
	fmt.Println(slices.Sorted(maps.Keys(map[float64]P{2: {}, 1: {}})))
	s := slices.Grow([]int{1}, 10)
	fmt.Println(len(s), cap(s) >= 11, len(slices.Clip(s)), cap(slices.Clip(s)))
	y := []int{1, 2, 3, 4}
	y = slices.Insert(y, 1, y[2:]...)
	fmt.Println(y)
	f := slices.Sort[[]int]
	z := []int{2, 1}
	f(z)
	fmt.Println(z)
	big := make([]P, 300)
	for i := range big {
		big[i] = P{fmt.Sprint(i * 7919 % 300), i * 31 % 17}
	}
	slices.SortFunc(big, func(a, b P) int { return a.Age - b.Age })
	fmt.Println(big)
	fmt.Println(slices.SortedFunc(maps.Values(map[int]P{1: {"x", 3}, 2: {"y", 1}}), func(a, b P) int { return a.Age - b.Age }))
	m3 := maps.Collect(slices.All([]string{"u", "v"}))
	fmt.Println(m3)
	maps.Insert(m3, maps.All(map[int]string{5: "w"}))
	maps.Copy(m3, map[int]string{6: "k"})
	fmt.Println(m3)
	defer func() { fmt.Println(recover()) }()
	slices.Max([]int{})
}
