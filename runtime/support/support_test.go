package support_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/support"
)

// kernel is a host that keeps what it is told.
type kernel struct {
	bundles   []map[string]any
	declared  int
	panics    chan any
	cancelled chan struct{}
}

func (k *kernel) Value(data, _ map[string]any) error {
	k.bundles = append(k.bundles, data)
	return nil
}
func (k *kernel) Clear(bool) error           { return nil }
func (k *kernel) Declared(n int)             { k.declared = n }
func (k *kernel) Exiting(int)                {}
func (k *kernel) Panicking(v any)            { k.panics <- v }
func (k *kernel) Cancelled() <-chan struct{} { return k.cancelled }

// in runs fn in a cell and returns what it printed.
func in(t *testing.T, k *kernel, stdin string, fn func()) (stdout, stderr string) {
	t.Helper()
	var texts [2]string
	var readers, writers [2]*os.File
	for i := range readers {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		readers[i], writers[i] = r, w
	}
	s := &support.Scope{Cell: 1, Stdout: writers[0], Stderr: writers[1], Stdin: strings.NewReader(stdin)}
	if k != nil {
		s.Host = k
	}
	defer s.Release()
	s.Do(fn)
	for i, w := range writers {
		w.Close()
		b, err := io.ReadAll(readers[i])
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(b)
	}
	return texts[0], texts[1]
}

func TestPrintingGoesToTheCell(t *testing.T) {
	before := log.Writer()
	flags := log.Flags()
	log.SetOutput(support.StderrWriter())
	log.SetFlags(0)
	defer func() { log.SetOutput(before); log.SetFlags(flags) }()
	stdout, stderr := in(t, nil, "", func() {
		support.Print("a", 1)
		support.Println("b")
		support.Printf("%03d", 7)
		fmt.Fprint(support.Stdout(), "!")
		fmt.Fprint(support.Stderr(), "e")
		log.Print("l")
		done := make(chan bool)
		go func() { support.Print(" from a goroutine"); close(done) }()
		<-done
	})
	if stdout != "a1b\n007! from a goroutine" || stderr != "el\n" {
		t.Errorf("stdout %q, stderr %q", stdout, stderr)
	}
}

func TestScanningReadsTheCellsInput(t *testing.T) {
	var a, b, c int
	var rest []byte
	in(t, nil, "1 \n2\nn=3\nrest", func() {
		support.Scan(&a)
		support.Scanln()
		support.Scanln(&b)
		support.Scanf("n=%d\n", &c)
		rest, _ = io.ReadAll(support.Stdin())
	})
	if a != 1 || b != 2 || c != 3 || string(rest) != "rest" {
		t.Errorf("read %d, %d, %d and %q", a, b, c, rest)
	}
}

type pair struct{ A, B int }

func TestShow(t *testing.T) {
	k := &kernel{}
	in(t, k, "", func() {
		support.Show(pair{1, 2})
		support.ShowAs("Pair", struct{ A int }{1})
		support.ShowAs("T", 5, support.Text(func() string { return "five" }), support.HTML(func() string { return "<b>5</b>" }))
		support.ShowAs("", 5, support.SVG(func() string { return "<svg/>" }), support.Markdown(func() string { return "*5*" }), support.PNG(func() []byte { return []byte{1} }))
	})
	want := []map[string]any{
		{"text/plain": "support_test.pair{A: 1, B: 2}"},
		{"text/plain": "Pair{A: 1}"},
		{"text/plain": "five", "text/html": "<b>5</b>"},
		{"text/plain": "5", "image/svg+xml": "<svg/>", "text/markdown": "*5*", "image/png": "AQ=="},
	}
	if !reflect.DeepEqual(k.bundles, want) {
		t.Errorf("showed %v, want %v", k.bundles, want)
	}
}

func TestShowPrintsInAPlainProgram(t *testing.T) {
	stdout, _ := in(t, nil, "", func() { support.Show([]string{"x"}); support.Declared(1) })
	if want := "[]string{\"x\"}\n"; stdout != want {
		t.Errorf("printed %q, want %q", stdout, want)
	}
}

func TestDeclared(t *testing.T) {
	k := &kernel{}
	in(t, k, "", func() { support.Declared(1); support.Declared(2) })
	if k.declared != 2 {
		t.Errorf("the kernel knows of %d declarations, want 2", k.declared)
	}
}

func TestACancelledCellStopsSleeping(t *testing.T) {
	k := &kernel{cancelled: make(chan struct{})}
	ended := make(chan bool)
	in(t, k, "", func() {
		go func() {
			returned := false
			defer func() { ended <- returned }()
			support.Sleep(time.Hour)
			returned = true
		}()
		close(k.cancelled)
		if <-ended {
			t.Error("the sleep returned; want it to end the goroutine")
		}
	})
}

func TestTimeIsReal(t *testing.T) {
	start := support.Now()
	support.Sleep(time.Millisecond)
	if d := support.Since(start); d < time.Millisecond {
		t.Errorf("%v have passed, want at least 1ms", d)
	}
	if d := support.Until(start.Add(time.Hour)); d <= 0 || d > time.Hour {
		t.Errorf("an hour later is in %v", d)
	}
}

func TestAfterFuncBelongsToItsCell(t *testing.T) {
	cells := make(chan int, 1)
	in(t, &kernel{}, "", func() {
		support.AfterFunc(time.Microsecond, func() { cells <- support.CurrentScope().Cell })
		if got := <-cells; got != 1 {
			t.Errorf("the function ran in cell %d, want 1", got)
		}
	})
}

func TestGoRunsTheTaskAndLetsItGo(t *testing.T) {
	done := make(chan int, 2)
	in(t, &kernel{}, "", func() {
		support.Go(func() { done <- support.CurrentScope().Cell })
		support.Go(func() {
			defer func() { done <- 1 }()
			runtime.Goexit()
		})
		for range 2 {
			if got := <-done; got != 1 {
				t.Errorf("a task ran in cell %d, want 1", got)
			}
		}
	})
}

func TestPanicText(t *testing.T) {
	if got := support.PanicText(fmt.Errorf("went %s", "wrong")); got != "went wrong" {
		t.Errorf("text %q", got)
	}
	var b bytes.Buffer
	if got := support.PanicText(&b); got != "" {
		t.Errorf("text %q of an empty Stringer", got)
	}
}
