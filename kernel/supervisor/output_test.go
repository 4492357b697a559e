package supervisor_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/link"
)

func TestTenThousandLinesArriveWhole(t *testing.T) {
	s := newSupervisor(t)
	r := run(t, s, cell(1, "fmt", "", `for i := 0; i < 10000; i++ { fmt.Println("line", i) }`))
	var want strings.Builder
	for i := range 10000 {
		fmt.Fprintln(&want, "line", i)
	}
	if got := r.text("stdout"); got != want.String() {
		t.Errorf("%d bytes arrived, want %d", len(got), want.Len())
	}
}

func TestConcurrentPrintersAndDisplaysLoseNothing(t *testing.T) {
	s := newSupervisor(t)
	r := run(t, s, cell(1, "fmt sync", "", `var wg sync.WaitGroup
for g := 0; g < 4; g++ {
	wg.Add(1)
	go func(g int) {
		defer wg.Done()
		for i := 0; i < 500; i++ {
			fmt.Println("é", g, i)
			if i % 50 == 0 { ʹrt.Show(i) }
		}
	}(g)
}
wg.Wait()`))
	lines := strings.Split(strings.TrimSuffix(r.text("stdout"), "\n"), "\n")
	if len(lines) != 2000 {
		t.Errorf("%d lines, want 2000", len(lines))
	}
	for _, line := range lines {
		if !strings.HasPrefix(line, "é ") {
			t.Fatalf("a line is %q", line)
		}
	}
	displays := 0
	for _, e := range r.all() {
		if strings.HasPrefix(e, "value:") {
			displays++
		}
	}
	if displays != 40 {
		t.Errorf("%d displays, want 40", displays)
	}
}

func TestACharacterWrittenByteByByteIsOne(t *testing.T) {
	s := newSupervisor(t)
	r := run(t, s, cell(1, "time", "", `for _, b := range []byte("a€\xff") {
	ʹrt.Stdout().Write([]byte{b})
	ʹrt.Sleep(15 * time.Millisecond)
}
ʹrt.Show(1)
ʹrt.Stdout().Write([]byte{0xe2, 0x82})`))
	if got, want := r.text("stdout"), "a€\uFFFD\uFFFD"; got != want {
		t.Errorf("output %q, want %q", got, want)
	}
}

func TestTheFirstTextIsShownAtOnce(t *testing.T) {
	s := newSupervisor(t)
	r := newRecorder()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		_, err := s.Run(ctx, cell(1, "fmt time", "", `fmt.Print("early"); ʹrt.Sleep(time.Hour)`), r)
		ended <- err
	}()
	r.wait(t, "stdout", "early")
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestAGoroutineLeftRunningPrintsToItsOwnCell(t *testing.T) {
	s := newSupervisor(t)
	first := newRecorder()
	done, err := s.Run(context.Background(), cell(1, "fmt", "var proceed = make(chan bool)", `go func() { <-proceed; fmt.Println("late"); <-proceed }()
fmt.Println("first")`), first)
	if err != nil || done.Error != nil {
		t.Fatal(err, done.Error)
	}
	if !done.Busy {
		t.Error("the cell is not busy though a goroutine of it waits")
	}
	second := run(t, s, cell(2, "fmt", "", `proceed <- true; fmt.Println("second")`))
	first.wait(t, "stdout", "late\n")
	if got := second.text("stdout"); got != "second\n" {
		t.Errorf("the second cell printed %q", got)
	}
	done, err = s.Run(context.Background(), cell(3, "", "", `proceed <- true`), newRecorder())
	if err != nil || done.Busy || len(done.Idle) != 1 || done.Idle[0] != 1 {
		t.Errorf("done %+v, %v; want cell 1 to be idle now", done, err)
	}
}

func TestAWriterMadeInOneCellWorksInTheNext(t *testing.T) {
	s := newSupervisor(t)
	run(t, s, cell(1, "bufio", "var w *bufio.Writer", `w = bufio.NewWriter(ʹrt.Stdout())`))
	r := run(t, s, cell(2, "", "", `w.WriteString("kept"); w.Flush()`))
	if got := r.text("stdout"); got != "kept" {
		t.Errorf("the second cell printed %q", got)
	}
}

func TestClosingStdoutHarmsItsOwnCellOnly(t *testing.T) {
	s := newSupervisor(t)
	run(t, s, cell(1, "fmt", "", `ʹrt.Stdout().Close(); fmt.Println("unseen")`))
	r := run(t, s, cell(2, "fmt", "", `fmt.Println("seen")`))
	if got := r.text("stdout"); got != "seen\n" {
		t.Errorf("the second cell printed %q", got)
	}
}

func TestTextOnTheProcessesOwnDescriptorsIsTheRunningCells(t *testing.T) {
	s := newSupervisor(t)
	run(t, s, cell(1, "", "", ``))
	r := run(t, s, cell(2, "syscall", "", `syscall.Write(1, []byte("native out\n"))
syscall.Write(2, []byte("native err\npanic: not really\n"))`))
	if got := r.text("stdout"); got != "native out\n" {
		t.Errorf("stdout %q", got)
	}
	if got := r.text("stderr"); got != "native err\npanic: not really\n" {
		t.Errorf("stderr %q", got)
	}
	// A cell of its own: the descriptor and the cell's stderr are two pipes,
	// and what comes through one has no order with what comes through the other.
	r = run(t, s, cell(3, "", "", `println("built in")`))
	if got := r.text("stderr"); got != "built in\n" {
		t.Errorf("stderr %q", got)
	}
}

func TestAChildProcessDoesNotKeepTheCellWaiting(t *testing.T) {
	s := newSupervisor(t)
	r := run(t, s, cell(1, "os/exec fmt", "var child *exec.Cmd", `child = exec.Command("sh", "-c", "echo from the child; echo >&2; exec sleep 1000")
child.Stdout = ʹrt.Stdout()
ready, _ := child.StderrPipe()
child.Start()
ready.Read(make([]byte, 1))
fmt.Println("done")`))
	if got := r.text("stdout"); got != "from the child\ndone\n" {
		t.Errorf("stdout %q", got)
	}
	run(t, s, cell(2, "", "", `child.Process.Kill(); child.Wait()`))
}

func TestASlowOutputSlowsTheCellDown(t *testing.T) {
	s := newSupervisor(t)
	r := newRecorder()
	r.delay = 5 * time.Millisecond
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	// An endless printer against an output that takes 200 batches a second.
	done, err := s.Run(ctx, cell(1, "fmt strings", "", `s := strings.Repeat("x", 1000); for { fmt.Println(s) }`), r)
	if err == nil && done.Error == nil {
		t.Error("an endless cell has ended")
	}
	got := len(r.text("stdout"))
	runtime.ReadMemStats(&after)
	if got == 0 || got > 20<<20 {
		t.Errorf("%d bytes arrived in half a second", got)
	}
	if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > int64(3*got)+8<<20 {
		t.Errorf("the heap grew by %d bytes for %d bytes of output", grown, got)
	}
}

func descriptors(t *testing.T, pid int) int {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("/proc", fmt.Sprint(pid), "fd"))
	if err != nil {
		t.Skip(err)
	}
	return len(entries)
}

func TestAThousandCellsOpenNoMoreFilesThanTen(t *testing.T) {
	s := newSupervisor(t)
	script := func(n int) link.Run { return cell(n, "fmt", "", `fmt.Println("x"); ʹrt.Show(1)`) }
	for n := range 10 {
		run(t, s, script(n+1))
	}
	front, worker := descriptors(t, os.Getpid()), descriptors(t, s.PID())
	for n := 10; n < 1000; n++ {
		run(t, s, script(n+1))
	}
	if got := descriptors(t, os.Getpid()); got > front+2 {
		t.Errorf("the front has %d open files, after ten cells it had %d", got, front)
	}
	if got := descriptors(t, s.PID()); got > worker+2 {
		t.Errorf("the worker has %d open files, after ten cells it had %d", got, worker)
	}
}

func TestManyBusyCellsShareTheLastPipes(t *testing.T) {
	s := newSupervisor(t)
	run(t, s, cell(1, "fmt", "var proceed = make(chan bool)", `go func() { <-proceed; fmt.Println("late") }()`))
	noticed := 0
	var last *recorder
	for n := 2; n <= 40; n++ {
		last = run(t, s, cell(n, "", "", `go func() { select {} }()`))
		if strings.Contains(last.text("stderr"), "goroutines that still run") {
			noticed++
		}
	}
	if noticed != 40-32 {
		t.Errorf("%d cells were told of shared output, want 8", noticed)
	}
	r := run(t, s, cell(41, "fmt", "", `close(proceed); fmt.Println("now")`))
	if got := r.text("stdout"); !strings.Contains(got, "now\n") {
		t.Errorf("the last cell printed %q", got)
	}
}
