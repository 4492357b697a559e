package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lockstep/kernel/notebook"
	"lockstep/kernel/run"
	"lockstep/lessons/course"
	"lockstep/lessons/source"
)

type courseCommand struct {
	Language string `short:"l" placeholder:"zh|en" help:"The language to speak; by default that of your locale if it is Chinese, else English."`

	List     courseList     `cmd:"" help:"List the lessons and their exercises."`
	Progress courseProgress `cmd:"" help:"Show how far you are, by lesson and by concept."`
	Hint     courseHint     `cmd:"" help:"Show the next hint for an exercise, each time a step further."`
	Solution courseSolution `cmd:"" help:"Show a solution of an exercise, once you have tried."`
	Check    courseCheck    `cmd:"" help:"Run a notebook and say which of its exercises are right."`
	Reset    courseReset    `cmd:"" help:"Forget your progress with some exercises, or with all."`
}

// AfterApply settles the language before the subcommand runs.
func (c *courseCommand) AfterApply() error {
	if c.Language == "" {
		c.Language = localLanguage(os.Getenv)
	}
	return course.Speak(c.Language)
}

// localLanguage is the language of the locale, as POSIX finds it, if the course
// is held in it.
func localLanguage(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := getenv(name); locale != "" {
			if strings.HasPrefix(locale, "zh") {
				return "zh"
			}
			return "en"
		}
	}
	return "en"
}

// recovered makes an error of the panic with which the course refuses a wrong id.
func recovered(f func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			var ok bool
			if err, ok = p.(error); !ok {
				panic(p)
			}
		}
	}()
	f()
	return nil
}

type courseList struct{}

// Run lists the exercises below their lessons.
func (courseList) Run(parent *courseCommand) error {
	lessons, err := source.Lessons(parent.Language)
	if err != nil {
		return err
	}
	for _, l := range lessons {
		fmt.Println(l.Title())
		for _, e := range l.Exercises {
			fmt.Printf("    %-16s %s\n", e.ID, e.Title())
		}
	}
	return nil
}

type courseProgress struct{}

// Run shows the progress.
func (courseProgress) Run() error {
	return recovered(func() { fmt.Println(course.Progress()) })
}

type courseHint struct {
	Exercise string `arg:"" placeholder:"EXERCISE" help:"The exercise's id, as mutex-1."`
}

// Run shows the next hint.
func (c courseHint) Run() error { return recovered(func() { course.Hint(c.Exercise) }) }

type courseSolution struct {
	Exercise string `arg:"" placeholder:"EXERCISE" help:"The exercise's id, as mutex-1."`
}

// Run shows the solution.
func (c courseSolution) Run() error { return recovered(func() { course.Solution(c.Exercise) }) }

type courseReset struct {
	Exercises []string `arg:"" optional:"" placeholder:"EXERCISE" help:"The exercises' ids; all exercises where none is given."`
}

// Run forgets the progress.
func (c courseReset) Run() error { return recovered(func() { course.Reset(c.Exercises...) }) }

type courseCheck struct {
	Notebook string        `arg:"" placeholder:"NOTEBOOK" help:"The notebook, an .ipynb file."`
	Timeout  time.Duration `default:"5m" placeholder:"DURATION" help:"End when a cell takes longer."`
}

// Run runs the notebook and prints what its checks say.
func (c courseCheck) Run() error {
	scratch, err := os.MkdirTemp("", "lockstep-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	ctx, cancel := untilSignal()
	defer cancel()
	executed := filepath.Join(scratch, "executed.ipynb")
	failed := run.Run(ctx, run.Options{Notebook: c.Notebook, Output: executed, Timeout: c.Timeout, Stdin: null, Stdout: null})
	book, err := notebook.Read(executed)
	if err != nil {
		if failed != nil {
			return failed // it did not come to a run
		}
		return err
	}
	checks := 0
	for _, cell := range book.Cells {
		if cell.Type != notebook.Code || !strings.Contains(cell.Source, "course.Check(") {
			continue
		}
		checks++
		for _, output := range cell.Outputs {
			switch output := output.(type) {
			case *notebook.Stream:
				fmt.Print(output.Text)
			case *notebook.DisplayData:
				if text, ok := output.Data.Text("text/plain"); ok {
					fmt.Println(text)
				}
			}
		}
	}
	if failed == nil && checks == 0 {
		return fmt.Errorf("%s: no cell of it checks an exercise", c.Notebook)
	}
	return failed
}
