package course_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"
	"github.com/yuin/goldmark"

	"lockstep/lessons/course"
	"lockstep/lessons/source"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

// learner is one with no progress, in English. It returns the folder of her data.
func learner(t *testing.T) string {
	t.Helper()
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	course.Lesson("08-mutex", "en")
	return filepath.Join(xdg.DataHome, "lockstep")
}

// printed returns what f prints to stdout.
func printed(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	was := os.Stdout
	os.Stdout = w
	text := make(chan string)
	go func() {
		var b bytes.Buffer
		_, _ = io.Copy(&b, r)
		text <- b.String()
	}()
	func() {
		defer func() { os.Stdout = was; w.Close() }()
		f()
	}()
	return <-text
}

func right(*course.Case)   {}
func wrong(c *course.Case) { c.Failf("it takes %d s", 9) }

func TestCheckTells(t *testing.T) {
	learner(t)
	for _, test := range []struct {
		check func(c *course.Case)
		want  string
	}{
		{right, "passed: mutex-1\n"},
		{wrong, "not yet: mutex-1: it takes 9 s\n"},
		{func(c *course.Case) { c.Equal("the count", 3, 4) }, "not yet: mutex-1: the count is 3, but should be 4\n"},
		{func(c *course.Case) { c.Equal("the count", []int{1}, []int{1}) }, "passed: mutex-1\n"},
	} {
		if got := printed(t, func() { course.Check("mutex-1", test.check) }); got != test.want {
			t.Errorf("printed %q, want %q", got, test.want)
		}
	}
}

func TestCheckShowsTheScheduleThatLoses(t *testing.T) {
	learner(t)
	got := printed(t, func() {
		course.Check("mutex-1", func(c *course.Case) {
			var mu thread.Mutex
			c.Simulated("it is stuck", sim.Run(1, func() { mu.Lock(); mu.Lock() }))
		})
	})
	if !strings.HasPrefix(got, "not yet: mutex-1: it is stuck\n") || !strings.Contains(got, "deadlock") {
		t.Errorf("printed %q", got)
	}
}

// CommonMark ends emphasis at a colon only where a space or punctuation
// follows, which Chinese doesn't have there.
func TestHintsHaveTheirHeadingsInBold(t *testing.T) {
	for _, language := range source.Languages {
		learner(t)
		course.Lesson("17-multithreading", language)
		var page strings.Builder
		if err := goldmark.Convert([]byte(printed(t, func() { course.Hint("multithread-1") })), &page); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(page.String(), "<p><strong>") || strings.Contains(page.String(), "**") {
			t.Errorf("%s: the hint is shown as %s", language, page.String())
		}
	}
}

func TestHintsGoAStepFurther(t *testing.T) {
	learner(t)
	hint := func() string { return printed(t, func() { course.Hint("mutex-1") }) }
	first, second, all := hint(), hint(), hint()
	if !strings.Contains(first, "Hint 1 of 2") || !strings.Contains(second, "Hint 2 of 2") {
		t.Errorf("the hints are %q and %q", first, second)
	}
	if all != first+second {
		t.Errorf("after the last hint: %q", all)
	}
}

func TestTheSolutionComesAfterATry(t *testing.T) {
	learner(t)
	solution := func() string { return printed(t, func() { course.Solution("mutex-2") }) }
	if got := solution(); !strings.Contains(got, "try mutex-2 first") {
		t.Errorf("before a try: %q", got)
	}
	printed(t, func() { course.Check("mutex-2", wrong) })
	if got := solution(); !strings.Contains(got, "func sellFixed") {
		t.Errorf("after a try: %q", got)
	}
}

func TestProgress(t *testing.T) {
	learner(t)
	printed(t, func() {
		course.Check("mutex-1", wrong)
		course.Check("mutex-1", right)
		course.Check("mutex-2", wrong)
	})
	standing := course.Progress()
	for _, want := range []string{"1 of ", "08 Mutex", " 1/3", "critical section"} {
		if !strings.Contains(standing.String(), want) {
			t.Errorf("%q is missing in\n%s", want, standing)
		}
	}
	for _, want := range []string{"<td", "mutex-1", "passed", "tried", "not tried"} {
		if !strings.Contains(standing.HTML(), want) {
			t.Errorf("%q is missing in\n%s", want, standing.HTML())
		}
	}
	course.Lesson("08-mutex", "zh")
	if got := course.Progress().String(); !strings.Contains(got, "已通过 1 道") || !strings.Contains(got, "临界区") {
		t.Errorf("in Chinese: %s", got)
	}
	printed(t, func() { course.Reset("mutex-1") })
	if got := course.Progress().String(); !strings.Contains(got, "已通过 0 道") {
		t.Errorf("after Reset: %s", got)
	}
}

func TestADamagedFileIsKeptAside(t *testing.T) {
	folder := learner(t)
	printed(t, func() { course.Check("mutex-1", right) })
	file := filepath.Join(folder, "progress.json")
	for i, text := range []string{"{\"version\": 1, \"exer", "", "[]", `{"version":1,"exercises":{"mutex-1":null}}`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		printed(t, func() { course.Check("mutex-1", right) })
		kept, err := os.ReadFile(fmt.Sprintf("%s.damaged-%d", file, i+1))
		if err != nil || string(kept) != text {
			t.Errorf("kept %q, %v; want %q", kept, err, text)
		}
		if got := course.Progress().String(); !strings.Contains(got, "1 of ") {
			t.Errorf("the progress did not start anew: %s", got)
		}
	}
}

func TestANewerFileIsLeftAlone(t *testing.T) {
	folder := learner(t)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "progress.json")
	text := `{"version":2,"learners":[]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	printed(t, func() { course.Check("mutex-1", right) })
	if got, err := os.ReadFile(file); err != nil || string(got) != text {
		t.Errorf("the file is %q, %v", got, err)
	}
}

// Two notebooks, which are two processes, lose nothing of each other's.
func TestTwoNotebooksAtOnce(t *testing.T) {
	const each = 20
	if os.Getenv("LEARNER") != "" {
		for range each {
			course.Check("mutex-3", wrong)
		}
		return
	}
	learner(t)
	var notebooks []*exec.Cmd
	for range 2 {
		command := exec.Command(os.Args[0], "-test.run=^TestTwoNotebooksAtOnce$")
		command.Env = append(os.Environ(), "LEARNER=1")
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		notebooks = append(notebooks, command)
	}
	for _, command := range notebooks {
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
	}
	if got, want := course.Progress().HTML(), fmt.Sprintf(">%d</td>", 2*each); !strings.Contains(got, want) {
		t.Errorf("%s is missing in %s", want, got)
	}
}

func TestMisuse(t *testing.T) {
	learner(t)
	for _, test := range []struct {
		call func()
		want string
	}{
		{func() { course.Check("mutex-9", right) }, `there is no exercise "mutex-9"; there is mutex-1, mutex-2, mutex-3`},
		{func() { course.Check("mutex-1") }, "call it in a cell"},
		{func() { course.Lesson("99-nothing", "en") }, `no lesson "99-nothing"`},
		{func() { course.Lesson("08-mutex", "fr") }, `no course in "fr"`},
		{func() { course.Reset("nothing") }, `no exercise "nothing"`},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, test.want) {
					t.Errorf("the panic is %q, want %q", got, test.want)
				}
			}()
			test.call()
		}()
	}
}
