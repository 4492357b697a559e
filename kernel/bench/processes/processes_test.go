package processes_test

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"

	"lockstep/kernel/kerneltest"
	"lockstep/runtime/process"
)

// The test binary is a program whose processes run functions of this package.
func TestMain(m *testing.M) {
	code := 0
	process.Main(func() { code = kerneltest.Main(m) }, nothing, same, echo)
	os.Exit(code)
}

//go:embed measure_test.go
var measuring string

const (
	rounds = 5
	starts = 20
	trips  = 300
)

// figures are microseconds, by what was measured and by whom.
type figures map[[2]string][]float64

func (f figures) add(who, printed string) error {
	for line := range strings.Lines(printed) {
		what, number, _ := strings.Cut(strings.TrimSpace(line), " ")
		us, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return fmt.Errorf("%s printed %q", who, line)
		}
		key := [2]string{what, who}
		f[key] = append(f[key], us)
	}
	return nil
}

// median is the middle of what was measured, 0 if nothing was.
func (f figures) median(what, who string) float64 {
	all := slices.Sorted(slices.Values(f[[2]string{what, who}]))
	if len(all) == 0 {
		return 0
	}
	return all[len(all)/2]
}

const (
	compiled = "compiled"
	inCells  = "cells"
	python   = "Python"
)

// rows are what is compared: what is measured here, and there.
var rows = []struct{ title, ours, theirs string }{
	{"start and join a process, beside spawn", "start,spawn", "start,spawn"},
	{"start and join a process in mode fork, beside fork", "start,fork", "start,fork"},
	{"start and join a thread", "start,thread", "start,thread"},
	{"send a number to a process and back, beside spawn", "pipe,spawn", "pipe,spawn"},
	{"send a number to a process and back, beside fork", "pipe,spawn", "pipe,fork"},
	{"call a function in a pool, beside spawn", "pool,spawn", "pool,spawn"},
	{"call a function in a pool, beside fork", "pool,spawn", "pool,fork"},
	{"send a number to a thread and back", "pipe,thread", "pipe,thread"},
	{"send a number to one of 100 threads and back", "queue,100", "queue,100"},
	{"put an item into a queue and take it", "queue", "queue"},
	{"hand 6000 items from 4 threads to 4", "queue,4+4", "queue,4+4"},
	{"lock and unlock a lock", "lock", "lock"},
	{"set an event and wait for one that answers", "event", "event"},
}

// BenchmarkBesidePython prints a table of medians. All take turns, so that whatever
// else the machine does falls on all of them. The time that the benchmark itself
// reports says nothing.
func BenchmarkBesidePython(b *testing.B) {
	f := figures{}
	k := kerneltest.Start(b)
	_, cell, _ := strings.Cut(measuring, "\n")
	k.Execute(cell).OK()
	peer := startPython(b)
	for range rounds {
		text, err := output(func() { measure(starts, trips) })
		if err == nil {
			err = f.add(compiled, text)
		}
		if err == nil {
			err = f.add(inCells, k.Execute(fmt.Sprintf("measure(%d, %d)", starts, trips)).OK().Printed())
		}
		if err == nil && peer != nil {
			err = f.add(python, peer(b))
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "microseconds\tcompiled\tin cells\tPython\tcompiled/Python\tcells/Python\t")
	for _, r := range rows {
		c, n, p := f.median(r.ours, compiled), f.median(r.ours, inCells), f.median(r.theirs, python)
		fmt.Fprintf(w, "%s\t%s\t%s\t", r.title, short(c), short(n))
		if p == 0 {
			fmt.Fprint(w, "-\t-\t-\t\n")
		} else {
			fmt.Fprintf(w, "%s\t%.2f\t%.2f\t\n", short(p), c/p, n/p)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
}

// short is a figure with no more digits than it is good for.
func short(us float64) string {
	if us < 10 {
		return strconv.FormatFloat(us, 'g', 2, 64)
	}
	return strconv.FormatFloat(us, 'f', 0, 64)
}

// startPython returns a function that has Python measure once, and nil where there is
// no Python.
func startPython(b *testing.B) func(*testing.B) string {
	path, err := exec.LookPath("python3")
	if err != nil {
		b.Logf("python3 is not on the path: its columns stay empty")
		return nil
	}
	cmd := exec.Command(path, "measure.py")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			b.Errorf("Python: %v", err)
		}
	})
	lines := bufio.NewScanner(out)
	return func(b *testing.B) string {
		if _, err := fmt.Fprintln(in, starts, trips); err != nil {
			b.Fatal(err)
		}
		var text strings.Builder
		for lines.Scan() {
			if lines.Text() == "done" {
				return text.String()
			}
			text.WriteString(lines.Text() + "\n")
		}
		b.Fatalf("Python ended: %v", lines.Err())
		return ""
	}
}

// output is what f prints.
func output(f func()) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	before := os.Stdout
	os.Stdout = w
	f()
	os.Stdout = before
	w.Close()
	defer r.Close()
	text, err := io.ReadAll(r)
	return string(text), err
}

// The measurements themselves work.
func TestMeasuring(t *testing.T) {
	text, err := output(func() { measure(1, 2) })
	if err != nil {
		t.Fatal(err)
	}
	f := figures{}
	if err := f.add(compiled, text); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if f.median(r.ours, compiled) <= 0 {
			t.Errorf("%s: no figure in\n%s", r.ours, text)
		}
	}
}
