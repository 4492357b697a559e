package support_test

import "lockstep/runtime/support"

func Example() {
	support.Println("printed")
	support.Show(map[string]int{"b": 2, "a": 1})
	// Output:
	// printed
	// map[string]int{"a": 1, "b": 2}
}
