//go:build linux

package endurance_test

import (
	"strings"
	"testing"
	"time"
)

// prelude is what is lost and kept in each crash.
const prelude = `import ("fmt"; "log"; "math"; "os"; "regexp"; "strings"; "sync"; "syscall"; "time"; "unsafe")
type point struct{ X, Y int }
func (p point) Sum() int { return p.X + p.Y }
func twice(n int) int { return 2 * n }
kept := 21`

// A crash is a cell that takes its worker down, or only nearly.
type crash struct {
	name  string
	cell  string
	ename string
	value string // part of the error's
	keeps bool   // the worker
}

var all = []crash{
	{name: "os.Exit", cell: "os.Exit(3)", ename: "worker died", value: "os.Exit(3)"},
	{name: "log.Fatal", cell: `log.Fatal("no good")`, ename: "worker died", value: "os.Exit(1)"},
	{name: "panic in a goroutine", cell: "go func() {\n\tpanic(\"boom\")\n}()\ntime.Sleep(time.Hour)", ename: "panic", value: "boom"},
	{name: "panic", cell: "panic(\"here\")", ename: "panic", value: "here", keeps: true},
	{name: "endless recursion", cell: "func down(n int) int { return down(n+1) + 1 }\ndown(0)", ename: "worker died", value: "stack overflow"},
	{name: "concurrent map writes", cell: "m := map[int]int{}\nvar wg sync.WaitGroup\nfor range 8 { wg.Go(func() { for i := range 1_000_000_000 { m[i%10]++ } }) }\nwg.Wait()",
		ename: "worker died", value: "fatal error: concurrent map"},
	{name: "closed pipe", cell: "r, w, _ := os.Pipe()\nr.Close()\n_, err := w.Write([]byte(\"x\"))\npanic(err)", ename: "panic", value: "broken pipe", keeps: true},
	{name: "SIGPIPE", cell: "syscall.Kill(os.Getpid(), syscall.SIGPIPE); time.Sleep(time.Millisecond); panic(\"alive\")", ename: "panic", value: "alive", keeps: true},
	{name: "a bad pointer", cell: "*(*int)(unsafe.Pointer(uintptr(0xdead0000))) = 1", ename: "panic", value: "invalid memory address", keeps: true},
	{name: "SIGSEGV", cell: "syscall.Kill(os.Getpid(), syscall.SIGSEGV); time.Sleep(time.Hour)", ename: "worker died", value: "SIGSEGV"},
	{name: "SIGKILL", cell: "syscall.Kill(os.Getpid(), syscall.SIGKILL); time.Sleep(time.Hour)", ename: "worker died", value: "signal: killed"},
	{name: "SIGABRT", cell: "syscall.Kill(os.Getpid(), syscall.SIGABRT); time.Sleep(time.Hour)", ename: "worker died", value: "SIGABRT"},
	{name: "out of memory, at once", cell: "make([]byte, 1<<40)", ename: "worker died", value: "cells may use 512 MiB"},
	{name: "out of memory, by and by", cell: "var held [][]byte\nfor { held = append(held, make([]byte, 1<<20)) }", ename: "worker died", value: "cells may use 512 MiB"},
	{name: "a loop", cell: "fmt.Println(\"go\"); for {}", ename: "interrupted", keeps: true},
	{name: "native code", cell: "text := strings.Repeat(\"a\", 1<<22)\npattern := regexp.MustCompile(\"(a?){50}a{50}b\")\nfmt.Println(\"go\"); pattern.MatchString(text)", ename: "interrupted"},
	{name: "a division by zero", cell: "n := 0; 1 / n", ename: "panic", value: "integer divide by zero", keeps: true},
	{name: "a file too many", cell: "for { f, err := os.Open(\"/dev/null\"); if err != nil { panic(err) }; defer f.Close() }", ename: "panic", value: "too many open files", keeps: true},
}

func TestCrashesAreErrorsAndLeaveNothingBehind(t *testing.T) {
	s := start(t, "LOCKSTEP_MEMORY=512MiB")
	s.ok(prelude)
	var first footprint
	count := map[string]int{}
	slowest := time.Duration(0)
	for n := range *crashes {
		c := all[s.random.IntN(len(all))]
		if n < len(all) {
			c = all[n] // each at least once
		}
		count[c.name]++
		got := s.run(c.cell)
		if got.name != c.ename || !strings.Contains(got.value, c.value) {
			t.Fatalf("%d: %s ended as %q: %s, want %q: …%s…", n, c.name, got.name, got.value, c.ename, c.value)
		}
		if c.ename == "interrupted" {
			slowest = max(slowest, got.took)
		}
		lost := strings.Contains(got.traceback, "kept lost its value") || strings.Contains(got.traceback, "lost their values")
		if lost == c.keeps {
			t.Fatalf("%d: %s said\n%s\nwant that the values are kept: %v", n, c.name, got.traceback, c.keeps)
		}
		if lost {
			if r := s.run("kept"); r.name != "compile error" || !strings.Contains(r.value, "kept lost its value") {
				t.Fatalf("%d: after %s kept is %q %s: %s", n, c.name, r.text, r.name, r.value)
			}
			s.ok("kept := 21")
		}
		if text := s.ok("fmt.Print(twice(kept), point{1, 2}.Sum(), math.Pi > 3)"); text != "42 3 true" {
			t.Fatalf("%d: after %s the next cell shows %q", n, c.name, text)
		}
		if n == len(all) {
			first = s.footprint()
		}
	}
	last := s.footprint()
	t.Logf("%v; interrupted within %v; first %v, last %v", count, slowest, first, last)
	if len(last.processes) > len(first.processes) {
		t.Errorf("processes are left: first %v, last %v", first.processes, last.processes)
	}
	if last.files > first.files+4 {
		t.Errorf("files are left open: first %d, last %d", first.files, last.files)
	}
	const room = 64 << 10 // KiB; what the garbage collector leaves for later
	if last.front > first.front+room {
		t.Errorf("the front keeps memory: first %d KiB, last %d KiB", first.front, last.front)
	}
}
