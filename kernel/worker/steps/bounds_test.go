package steps_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"testing"

	"github.com/traefik/yaegi/interp"

	"lockstep/kernel/worker/steps"
)

// run executes the body of a function by an interpreter with our steps and
// returns what the function does.
func run(t *testing.T, results, body string) (value any, err error) {
	t.Helper()
	return runWith(t, declared, results, body)
}

// runWith runs a body beside other declarations.
func runWith(t *testing.T, declared, results, body string) (value any, err error) {
	t.Helper()
	i := interp.New(interp.Options{Stderr: io.Discard})
	if err := i.Use(interp.Exports{"os/os": {"ErrExist": reflect.ValueOf(&os.ErrExist).Elem()}}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"package main\nimport \"os\"\nvar _ = os.ErrExist\n" + declared + "func f() " + results + " {\n" + body + "\n}", "f()"} {
		v, err := steps.Eval(i, text, steps.Package{})
		if err != nil {
			return nil, err
		}
		if v.IsValid() {
			value = v.Interface()
		}
	}
	return value, nil
}

const variables = `
	i, j, k := 5, 2, 9
	big := uint64(1)<<63
	small := int8(-3)
	xs := []int{1, 2, 3}
	long := make([]int, 3, 8)
	text := "hello"
	array := [4]int{4, 5, 6, 7}
	flags := []bool{true, false}
	_, _, _, _, _, _, _, _, _, _ = i, j, k, big, small, xs, long, text, array, flags
`

func TestBoundsErrorsAreGos(t *testing.T) {
	for expr, want := range map[string]string{
		"xs[i]":            "index out of range [5] with length 3",
		"xs[7]":            "index out of range [7] with length 3",
		"xs[j-3]":          "index out of range [-1]",
		"xs[big]":          "index out of range [9223372036854775808] with length 3",
		"xs[small]":        "index out of range [-3]",
		"text[i]":          "index out of range [5] with length 5",
		"array[i]":         "index out of range [5] with length 4",
		"flags[j] && true": "index out of range [2] with length 2",
		"long[:k]":         "slice bounds out of range [:9] with capacity 8",
		"long[:big]":       "slice bounds out of range [:9223372036854775808] with capacity 8",
		"long[i:j]":        "slice bounds out of range [5:2]",
		"long[k:]":         "slice bounds out of range [9:3]",
		"long[small:]":     "slice bounds out of range [-3:]",
		"text[:k]":         "slice bounds out of range [:9] with length 5",
		"text[k:]":         "slice bounds out of range [9:5]",
		"array[:k]":        "slice bounds out of range [:9] with length 4",
		"array[0:j:k]":     "slice bounds out of range [::9] with length 4",
		"array[0:j:small]": "slice bounds out of range [::-3]",
		"long[:k:k+3]":     "slice bounds out of range [::12] with capacity 8",
		"long[:k:j]":       "slice bounds out of range [:9:2]",
		"long[i:j:k-1]":    "slice bounds out of range [5:2:]",
	} {
		_, err := run(t, "", variables+"println("+expr+")")
		var panicked interp.Panic
		if !errors.As(err, &panicked) {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		failure, ok := panicked.Value.(runtime.Error)
		if !ok || failure.Error() != "runtime error: "+want {
			t.Errorf("%s: %v, want %s", expr, panicked.Value, want)
		}
	}
}

func TestIndicesAndSlicesWithinBounds(t *testing.T) {
	for expr, want := range map[string]string{
		"xs[j]":                                  "3",
		"xs[1]":                                  "2",
		"text[i-1]":                              "111",
		"array[uint8(j)]":                        "6",
		"long[:8]":                               "[0 0 0 0 0 0 0 0]",
		"long[j:]":                               "[0]",
		"len(long[0:1:2]) + 10*cap(long[1:2:5])": "41",
		"array[1:j+1]":                           "[5 6]",
		"text[:j] + text[3:]":                    "helo",
		"text[:]":                                "hello",
		"cap(long[:j:4])":                        "4",
	} {
		value, err := run(t, "interface{}", variables+"return "+expr)
		if err != nil || fmt.Sprint(value) != want {
			t.Errorf("%s: %v, %v; want %s", expr, value, err, want)
		}
	}
}

// A condition that is an element goes one way or the other, also in a function
// literal, which the compiler has made the steps of before.
func TestConditions(t *testing.T) {
	value, err := run(t, "int", variables+`
	count := func() int {
		n := 0
		for i := 0; i < len(flags); i++ {
			if flags[i] { n += 10 }
			if !flags[i] || flags[0] { n++ }
		}
		return n
	}
	return count()`)
	if err != nil || value != 12 {
		t.Errorf("%v, %v; want 12", value, err)
	}
}
