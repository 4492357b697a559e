// Package course is what a learner asks about the exercises of the course: is
// this right, what is a way on, how far am I. Lessons call it in their cells.
//
// What it says is in the language of the lesson, which Lesson names; without, in that
// of the runtime's reports: English, unless display.SetLanguage says otherwise. The
// learner's progress is kept in a file of the user's data folder.
package course

import (
	"fmt"
	"os"
	"sync"

	"lockstep/lessons/source"
	"lockstep/runtime/display"
	"lockstep/runtime/support"
)

var lesson struct {
	sync.Mutex
	name, language string
}

// Lesson says which lesson's notebook the cells belong to, as "08-mutex", and its
// language, "zh" or "en", which the reports of the runtime speak from then on, too.
// The kernel reads both, so they must be literals. It panics if there is no such
// lesson.
func Lesson(name, language string) {
	lessons, err := source.Lessons(language)
	if err != nil {
		panic(fmt.Errorf("course: %w", err))
	}
	for _, l := range lessons {
		if l.Name == name {
			lesson.Lock()
			lesson.name, lesson.language = name, language
			lesson.Unlock()
			speak(language)
			return
		}
	}
	panic(fmt.Errorf("course: there is no lesson %q in %s", name, language))
}

// Speak sets the language of what the package says, outside of a lesson; Lesson
// does it within one. The error says that there is no course in it.
func Speak(language string) error {
	if _, err := source.Lessons(language); err != nil {
		return err
	}
	lesson.Lock()
	lesson.language = language
	lesson.Unlock()
	speak(language)
	return nil
}

// speak has the runtime's reports in the language, which is one of the course.
func speak(language string) {
	if err := display.SetLanguage(language); err != nil {
		panic(fmt.Errorf("course: %w", err))
	}
}

func current() (name, language string) {
	lesson.Lock()
	defer lesson.Unlock()
	if lesson.language == "" {
		return lesson.name, display.Language()
	}
	return lesson.name, lesson.language
}

// find returns an exercise in the language of the lesson; it panics if there is
// none.
func find(id string) (*source.Exercise, *words) {
	_, language := current()
	e, err := source.Find(id, language)
	if err != nil {
		panic(fmt.Errorf("course: %w", err))
	}
	return e, wordsOf(language)
}

// Check says whether the learner's answer to an exercise is right, and if not,
// what is wrong with it. The answer is what the cells so far have declared. id
// must be a literal: the kernel adds the check, which is part of the course, to
// the call. In a cell that the kernel did not prepare it panics. So it does, with a
// *NotPassedError, if the answer is wrong and nbgrader runs it.
func Check(id string, check ...func(c *Case)) {
	e, words := find(id)
	if len(check) == 0 {
		panic(fmt.Errorf("course: Check(%q) has nothing to check with: call it in a cell, with the id as a literal", id))
	}
	c := new(Case)
	if !grading {
		note(words, func(s *state) { s.exercise(id).Tries++ })
	}
	check[0](c)
	var reasons []string
	for _, f := range c.failures {
		reasons = append(reasons, f.text)
	}
	if err := support.Verdict(id, len(c.failures) == 0, reasons); err != nil {
		fmt.Fprintln(support.StderrWriter(), err)
	}
	if len(c.failures) == 0 {
		if !grading {
			note(words, func(s *state) { s.passed(id) })
		}
		_, _ = support.Println(fmt.Sprintf(words.passed, e.ID))
		return
	}
	for _, f := range c.failures {
		_, _ = support.Println(fmt.Sprintf(words.failed, e.ID, f.text))
		if f.shown != nil {
			display.Show(f.shown)
		}
	}
	if grading {
		panic(&NotPassedError{ID: id})
	}
}

// grading says that nobody learns here, but nbgrader runs the notebook, as it says
// in the environment: a cell that fails is worth no points, and anything on standard
// error would cost some. It is looked up before any cell could change it.
var grading = os.Getenv("NBGRADER_EXECUTION") != ""

// NotPassedError is what Check panics with when nbgrader runs it and the answer is
// wrong: only a cell that fails is worth no points there.
type NotPassedError struct{ ID string }

func (e *NotPassedError) Error() string { return e.ID + " is not passed" }

// Hint shows the next hint for an exercise, each time a step further; after the
// last it shows all of them.
func Hint(id string) {
	e, words := find(id)
	step := 0
	note(words, func(s *state) {
		x := s.exercise(id)
		step = x.Hints
		if x.Hints < len(e.Hints) {
			x.Hints++
		}
	})
	if step < len(e.Hints) {
		display.Show(display.Markdown(fmt.Sprintf(words.hint, step+1, len(e.Hints), e.Hints[step])))
		return
	}
	for i, hint := range e.Hints {
		display.Show(display.Markdown(fmt.Sprintf(words.hint, i+1, len(e.Hints), hint)))
	}
}

// Solution shows a solution of an exercise, once the learner has tried: before
// the first Check it says so instead.
func Solution(id string) {
	e, words := find(id)
	tried := false
	note(words, func(s *state) { tried = s.exercise(id).Tries > 0 })
	if !tried {
		_, _ = support.Println(fmt.Sprintf(words.tryFirst, id))
		return
	}
	display.Show(display.Markdown("```go\n" + e.Solution + "\n```"))
}

// Reset forgets the learner's progress with the exercises named, or with all of
// them where none is. It panics if there is no exercise of a name.
func Reset(ids ...string) {
	_, language := current()
	words := wordsOf(language)
	for _, id := range ids {
		find(id)
	}
	note(words, func(s *state) { s.forget(ids...) })
	_, _ = support.Println(words.reset)
}

// note changes what is known of the learner. That a file can't be written must
// not keep anybody from learning: it is said, and that is all.
func note(words *words, change func(s *state)) {
	kept, err := open().update(change)
	if err != nil {
		fmt.Fprintf(support.StderrWriter(), words.notKept+"\n", err)
	}
	if kept != "" {
		fmt.Fprintf(support.StderrWriter(), words.damaged+"\n", kept)
	}
}
