// Command conformance runs the Go distribution's own test programs as cells, each
// in a session of its own, and says which pass.
//
//	go run ./kernel/conformance                     # all of $(go env GOROOT)/test
//	go run ./kernel/conformance -run typeparam -v   # those whose path matches, with reasons
//	go run ./kernel/conformance -compare            # and what the interpreter alone can do
//
// Programs that no cell can answer are named in unanswerable.txt, with the reason;
// the others that don't pass in failing.txt, with the cause. Where a program does not
// do what these lists say, the command says so and fails.
//
// A program passes if it prints what its .out file holds, nothing if it has
// none, and ends as a program that succeeds does. Refused are programs that a
// cell says it can't run; all others are wrong.
package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"go/build/constraint"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/kong"

	"lockstep/kernel/engine"
	"lockstep/kernel/execution"
	"lockstep/kernel/worker"
)

type options struct {
	Run      string        `help:"Only programs whose path matches this regular expression."`
	Verbose  bool          `short:"v" help:"Say why a program does not pass."`
	Timeout  time.Duration `default:"5m" help:"How long a program may run: some make ten millions of calls, which an interpreter does in a minute."`
	Parallel int           `default:"2" help:"How many programs run side by side."`
	Dir      string        `help:"The folder of the programs, by default GOROOT/test."`
	List     string        `help:"Write a line a program, verdict and path, to this file."`
	Compare  bool          `help:"Run what does not pass by the interpreter alone too, and say what passes there."`
	Worker   bool          `hidden:"" help:"Be a worker process."`
	Plain    string        `hidden:"" help:"Run this program by the interpreter alone."`
}

// The verdicts.
const (
	pass    = "pass"
	refused = "refused"
	wrong   = "wrong"
)

var (
	//go:embed unanswerable.txt
	unanswerableList string
	//go:embed failing.txt
	failingList string
)

// unanswerable leads from the programs that no cell can answer to why.
func unanswerable() map[string]string { return reasons(unanswerableList) }

// failing leads from the programs that a cell could answer, but doesn't, to why.
func failing() map[string]string { return reasons(failingList) }

func reasons(list string) map[string]string {
	reasons := map[string]string{}
	for line := range strings.Lines(list) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] != "#" {
			reasons[fields[0]] = strings.Join(fields[1:], " ")
		}
	}
	return reasons
}

// unexpected says of each program that does not do what the lists say what it does.
func (o *options) unexpected(results []result) []string {
	lists := []map[string]string{unanswerable(), failing()}
	var all []string
	for _, r := range results {
		name := o.name(r.path)
		why := cmp.Or(lists[0][name], lists[1][name])
		slow := strings.HasPrefix(why, "slow: ")
		switch {
		case slow && (r.verdict == pass || r.stopped):
		case slow:
			all = append(all, name+" is listed as slow, and fails otherwise: "+r.reason)
		case r.verdict == pass && why != "":
			all = append(all, name+" passes, though it is listed: "+why)
		case r.verdict != pass && why == "":
			all = append(all, name+" is "+r.verdict+" and in no list: "+r.reason)
		}
	}
	return all
}

// name is a program's path as the lists have it.
func (o *options) name(path string) string {
	rel, err := filepath.Rel(o.Dir, path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(rel)
}

type result struct {
	path    string
	verdict string
	reason  string
	stopped bool // when its time was over
}

func main() {
	var o options
	kong.Parse(&o, kong.Name("conformance"), kong.Description("Run Go's own test programs as cells."))
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func (o *options) run() error {
	if o.Worker {
		return worker.Main(context.Background())
	}
	if o.Plain != "" {
		return runPlain(o.Plain)
	}
	if o.Dir == "" {
		root, err := exec.Command("go", "env", "GOROOT").Output()
		if err != nil {
			return fmt.Errorf("go env GOROOT: %w", err)
		}
		o.Dir = filepath.Join(strings.TrimSpace(string(root)), "test")
	}
	programs, err := find(o.Dir, o.Run)
	if err != nil {
		return err
	}
	results := o.runAll(programs)
	if err := o.report(results); err != nil {
		return err
	}
	if o.Compare {
		o.compare(results)
	}
	if all := o.unexpected(results); len(all) > 0 {
		return errors.New(strings.Join(all, "\n"))
	}
	return nil
}

// compare lists the programs that pass in the interpreter alone but not as cells.
func (o *options) compare(results []result) {
	lost := 0
	for _, r := range results {
		if r.verdict != pass && o.plain(r.path) {
			lost++
			fmt.Printf("passes in the interpreter alone: %s\n", r.path)
		}
	}
	fmt.Printf("%d programs pass in the interpreter alone only\n", lost)
}

func (o *options) runAll(programs []string) []result {
	results := make([]result, len(programs))
	next := make(chan int)
	var workers sync.WaitGroup
	for range o.Parallel {
		workers.Go(func() {
			for i := range next {
				results[i] = o.one(programs[i])
			}
		})
	}
	for i := range programs {
		next <- i
	}
	close(next)
	workers.Wait()
	return results
}

func (o *options) report(results []result) error {
	counts := map[string]map[string]int{}
	answerable := map[string]int{}
	reasons := unanswerable()
	var list strings.Builder
	for _, r := range results {
		rel := o.name(r.path)
		folder := path.Dir(rel)
		if counts[folder] == nil {
			counts[folder] = map[string]int{}
		}
		counts[folder][r.verdict]++
		reason, out := reasons[rel]
		if out {
			r.reason = "unanswerable (" + reason + "): " + r.reason
		} else {
			answerable[r.verdict]++
		}
		if o.Verbose && r.verdict != pass {
			fmt.Printf("%-8s %-36s %s\n", r.verdict, rel, r.reason)
		}
		fmt.Fprintf(&list, "%s %s\n", r.verdict, rel)
	}
	if o.List != "" {
		if err := os.WriteFile(o.List, []byte(list.String()), 0o644); err != nil {
			return err
		}
	}
	var folders []string
	total := map[string]int{}
	for folder := range counts {
		folders = append(folders, folder)
	}
	slices.Sort(folders)
	line := func(name string, c map[string]int) {
		n := c[pass] + c[refused] + c[wrong]
		fmt.Printf("%-14s %4d of %4d pass (%5.1f %%), %3d refused, %3d wrong\n", name, c[pass], n, 100*float64(c[pass])/float64(max(n, 1)), c[refused], c[wrong])
	}
	for _, folder := range folders {
		line(folder, counts[folder])
		for v, n := range counts[folder] {
			total[v] += n
		}
	}
	line("all", total)
	line("answerable", answerable)
	return nil
}

// find lists the programs that are marked to be run and that are for this system.
func find(dir, pattern string) ([]string, error) {
	match, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	var programs []string
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || !match.MatchString(path) {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if applies(string(text)) {
			programs = append(programs, path)
		}
		return nil
	})
	return programs, err
}

// applies says that a program is marked `// run`, without arguments, and built here.
func applies(text string) bool {
	marked := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if constraint.IsGoBuild(line) {
			expr, err := constraint.Parse(line)
			if err != nil || !expr.Eval(tag) {
				return false
			}
		}
		if line == "// run" {
			marked = true
		}
		if strings.HasPrefix(line, "package ") {
			break
		}
	}
	return marked
}

func tag(name string) bool {
	return name == runtime.GOOS || name == runtime.GOARCH || name == "gc" || name == "unix" || strings.HasPrefix(name, "go1.")
}

// capture collects what a program prints.
type capture struct {
	mu     sync.Mutex
	stdout bytes.Buffer
	both   bytes.Buffer
}

func (c *capture) Stream(name execution.Stream, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if name == execution.Stdout {
		c.stdout.WriteString(text)
	}
	c.both.WriteString(text)
}

// shows says that a program has printed text, with what went to standard error or
// without it.
func (c *capture) shows(text string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stdout.String() == text || c.both.String() == text
}

// String is all that a program has printed.
func (c *capture) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.both.String()
}

func (c *capture) Display(execution.Display) {}
func (c *capture) Clear(bool)                {}
func (c *capture) Ask(execution.Payload)     {}
func (c *capture) Comm(execution.Comm)       {}
func (c *capture) Input(context.Context, string, bool) (string, error) {
	return "", execution.ErrNoInput
}

// outFile holds what a program has to print.
func outFile(path string) string { return strings.TrimSuffix(path, ".go") + ".out" }

// one runs a program and judges it.
func (o *options) one(path string) result {
	r := result{path: path, verdict: wrong}
	text, err := os.ReadFile(path)
	if err != nil {
		r.reason = err.Error()
		return r
	}
	want, err := os.ReadFile(outFile(path))
	if err != nil && !os.IsNotExist(err) {
		r.reason = err.Error()
		return r
	}
	e := engine.New(engine.Config{Worker: []string{"/proc/self/exe", "--worker"}})
	defer e.Close()
	ctx, cancel := context.WithTimeout(context.Background(), o.Timeout)
	defer cancel()
	var out capture
	failure := e.Execute(ctx, execution.Request{Number: 1, Code: string(text)}, &out)
	switch {
	case failure != nil && failure.Name == execution.CompileError:
		r.verdict, r.reason = refused, failure.Value
		if strings.Contains(failure.Value, "interpreter") {
			r.verdict = wrong
		}
	case failure != nil && !(failure.Value == "os.Exit(0)"):
		r.reason = failure.Name + ": " + failure.Value
		r.stopped = ctx.Err() != nil
	case !out.shows(string(want)):
		r.reason = fmt.Sprintf("prints %.80q, want %.80q", out.String(), want)
	default:
		r.verdict = pass
	}
	return r
}
