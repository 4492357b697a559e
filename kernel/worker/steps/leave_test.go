package steps_test

import "testing"

// machine jumps between its states as its input says, so that its return lies on
// several ways.
const machine = `
	machine := func(input []int) {
	first:
		n := input[0]
		input = input[1:]
		{
		tag := n
		switch {
		case tag == 1:
			goto toSecond
		case tag == 2:
			goto toFirst
		case tag == 3:
			goto toThird
		case tag == 4:
			goto toFourth
		}}
	toSecond:
		goto second
	toFirst:
		goto first
	toThird:
		goto third
	toFourth:
		goto third
	second:
		n = input[0]
		input = input[1:]
		{
		tag := n
		switch {
		case tag == 1:
			goto first
		case tag == 2:
			goto second
		case tag == 3:
			goto third
		default:
			return
		}}
	third:
		n = input[0]
		input = input[1:]
		{
		tag := n
		switch {
		case tag == 1:
			goto first
		case tag == 2:
			goto second
		case tag == 3:
			goto second
		}}
		count++
		goto second
	}
`

func TestReturnsAreReachedOnSeveralWays(t *testing.T) {
	value, err := run(t, "int", "count := 0\n"+machine+`
	machine([]int{4, 4, 4})
	machine([]int{2, 1, 2, 3, 1, 3, 7, 0})
	return count`)
	if err != nil || value != 2 {
		t.Errorf("%v, %v; want 2", value, err)
	}
}
