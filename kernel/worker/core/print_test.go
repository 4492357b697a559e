package core_test

import (
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unsafe"

	"lockstep/kernel/worker/core"
)

const nativePrinting = "LOCKSTEP_TEST_PRINT"

// printNatively, in the child process of TestPrintAsTheRuntimeDoes, prints by the
// compiled built-in functions.
func printNatively() bool {
	if os.Getenv(nativePrinting) == "" {
		return false
	}
	var (
		nilP *int
		nilS []int
		nilM map[string]int
		nilC chan int
		nilF func()
		nilI error
		nilU unsafe.Pointer
	)
	print("a", 1, -2, true, 1.5, "b\n")
	println()
	println("a", 1, -2, false, uint8(200), int64(math.MinInt64), uint64(math.MaxUint64), uintptr(31), 'x')
	println(1.0, 1.5, -0.1, 1e100, 1e-7, float32(0.1), math.NaN(), math.Inf(1), math.Inf(-1), 123456789.0, 1e21)
	println(complex(1, -2), complex64(complex(0.5, 3)))
	println(nilP, nilS, nilM, nilC, nilF, nilI, nilU)
	return true
}

type celsius float64

func TestPrintAsTheRuntimeDoes(t *testing.T) {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), nativePrinting+"=1")
	var want strings.Builder
	child.Stderr = &want
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	got := captured(t, func() {
		core.Print("a", 1, -2, true, 1.5, "b\n")
		core.Println()
		core.Println("a", 1, -2, false, uint8(200), int64(math.MinInt64), uint64(math.MaxUint64), uintptr(31), 'x')
		core.Println(1.0, 1.5, -0.1, 1e100, 1e-7, float32(0.1), math.NaN(), math.Inf(1), math.Inf(-1), 123456789.0, 1e21)
		core.Println(complex(1, -2), complex64(complex(0.5, 3)))
		core.Println((*int)(nil), []int(nil), map[string]int(nil), (chan int)(nil), (func())(nil), core.Interface(nil), unsafe.Pointer(nil))
	})
	if got != want.String() {
		t.Errorf("%swant\n%s", got, want.String())
	}
}

func TestPrintKnowsTypesOfCells(t *testing.T) {
	s := newSession(t)
	got := s.output("", `ʹrt.Println(ʹrt.Box(ʹt.Row{}), 3); ʹrt.Print("x", 2.5)`)
	if !strings.HasPrefix(got, "[0/0]0x") || !strings.HasSuffix(got, " 3\nx2.5") {
		t.Errorf("printed %q", got)
	}
	got = captured(t, func() { core.Println(celsius(36.6), core.Interface(3)) })
	if !strings.HasPrefix(got, "36.6 (0x") || !strings.Contains(got, ",0x") {
		t.Errorf("printed %q", got)
	}
}
