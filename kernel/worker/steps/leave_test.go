package steps_test

import "testing"

// machine goes from state to state as its input says, so that its return lies on
// several ways.
const machine = `
func machine(input []int, count *int) {
first:
	n := input[0]
	input = input[1:]
	{ tag := n
	switch {
	case (tag == 1):
		goto toSecond
	case (tag == 2):
		goto toFirst
	case (tag == 3):
		goto toThird
	case (tag == 4):
		goto toFourth
	}}
toSecond:
	goto second
toFirst:
	goto first
toThird:
	goto second
toFourth:
	goto third
second:
	n = input[0]
	input = input[1:]
	{ tag := n
	switch {
	case (tag == 1):
		goto first
	case (tag == 2):
		goto second
	case (tag == 3):
		goto third
	default:
		return
	}}
third:
	n = input[0]
	input = input[1:]
	{ tag := n
	switch {
	case (tag == 1):
		goto first
	case (tag == 2):
		goto second
	case (tag == 3):
		goto second
	}}
	increase(count)
	goto second
}

func increase(n *int) { *n = *n + 1 }
`

func TestReturnsAreReachedOnSeveralWays(t *testing.T) {
	value, err := runWith(t, machine, "int", `
	count := 0
	machine([]int{4, 4, 4}, &count)
	machine([]int{2, 1, 2, 3, 1, 4, 7, 0}, &count)
	return count`)
	if err != nil || value != 2 {
		t.Errorf("%v, %v; want 2", value, err)
	}
}
