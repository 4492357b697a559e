package cell_test

import (
	"testing"

	"lockstep/kernel/kerneltest"
)

// A function literal keeps the loop variables of its own iteration, also where
// compiled code gets it before interpreted code has had it in hand.
func TestLiteralsForCompiledCodeKeepTheirIteration(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`import ("fmt"; "sort"; "lockstep/runtime/thread")`).OK()
	k.Execute(`
func threads() (ts []*thread.Thread) {
	for _, name := range []string{"a", "b", "c"} {
		ts = append(ts, thread.New(func() { fmt.Print(name) }))
	}
	for i := range 3 {
		ts = append(ts, thread.New(func() { fmt.Print(i) }))
	}
	for i := 3; i < 6; i++ {
		ts = append(ts, thread.New(func() { fmt.Print(i) }))
	}
	return ts
}
for _, t := range threads() {
	t.Start()
	t.Join()
}`).Stdout("abc012345").OK()
	k.Execute(`
s := []int{1, 3, 2}
for _, sign := range []int{1, -1} {
	sort.Slice(s, func(i, j int) bool { return sign*s[i] < sign*s[j] })
	fmt.Print(s)
}`).Stdout("[1 2 3][3 2 1]").OK()
}
