// Package source holds the course as it is written: for each lesson and language
// one file of Markdown with its texts, code, exercises and their solutions, from
// which the notebooks are generated and by which the exercises are checked.
package source

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed zh en
var files embed.FS

// Languages are the languages of the course: zh is the one it was first written
// in, en its equal.
var Languages = []string{"zh", "en"}

// Kind is what an exercise asks for.
type Kind string

// The kinds of exercise.
const (
	FixTheRace      Kind = "fix-the-race"      // change code until no schedule goes wrong
	FindTheSchedule Kind = "find-the-schedule" // the answer is a schedule or a seed
	Predict         Kind = "predict"           // the answer is what the code will do
	EdgeCase        Kind = "edge-case"         // how an operation behaves at its limits
	Measure         Kind = "measure"           // simulated time against the real one
)

// Kinds are all kinds.
var Kinds = []Kind{FixTheRace, FindTheSchedule, Predict, EdgeCase, Measure}

// Lesson is one lesson in one language.
type Lesson struct {
	Name     string // as its file is called: 08-mutex
	Language string // one of Languages
	Cells    []Cell
	// Exercises are in the order of the lesson.
	Exercises []*Exercise
}

// Title is the lesson's first heading.
func (l *Lesson) Title() string {
	for _, cell := range l.Cells {
		if title, ok := strings.CutPrefix(cell.Text, "# "); ok && !cell.Code {
			title, _, _ = strings.Cut(title, "\n")
			return strings.TrimSpace(title)
		}
	}
	return l.Name
}

// Cell is a cell of a lesson's notebook.
type Cell struct {
	ID   string
	Code bool // or Markdown
	Text string
	Tags []string
	// Exercise is the one that the cell belongs to, as its task, its starter or
	// its check.
	Exercise *Exercise
}

// Starter says that the cell is what a learner changes.
func (c Cell) Starter() bool { return c.Exercise != nil && c.ID == c.Exercise.ID+"-starter" }

// Checks says that the cell tells whether the exercise is done.
func (c Cell) Checks() bool { return c.Exercise != nil && c.ID == c.Exercise.ID+"-check" }

// Exercise is something for the learner to do.
type Exercise struct {
	ID       string // one in the whole course: mutex-1
	Kind     Kind
	Concepts []string // what it is about, by the glossary's ids
	Lesson   *Lesson
	Task     string // Markdown
	Starter  string // Go, which fails the check
	Solution string // Go, which passes it
	// Check is the body of a func(c *course.Case), after imports of its own.
	Check string
	Wrong []Wrong
	Hints []string // Markdown, each a step further than the one before
}

// Title is the task's heading.
func (e *Exercise) Title() string {
	line, _, _ := strings.Cut(e.Task, "\n")
	return strings.TrimSpace(strings.TrimLeft(line, "# "))
}

// Wrong is a plausible answer that fails the check.
type Wrong struct {
	Code string
	Told *regexp.Regexp // matches what the learner is told
}

var load = sync.OnceValues(func() (map[string][]*Lesson, error) {
	all := map[string][]*Lesson{}
	exercises := map[string]string{}
	for _, language := range Languages {
		entries, err := fs.ReadDir(files, language)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			name, ok := strings.CutSuffix(entry.Name(), ".md")
			if !ok {
				continue
			}
			file := path.Join(language, entry.Name())
			text, err := files.ReadFile(file)
			if err != nil {
				return nil, err
			}
			lesson, err := Parse(file, name, language, string(text))
			if err != nil {
				return nil, err
			}
			for _, e := range lesson.Exercises {
				key := language + " " + e.ID
				if other, taken := exercises[key]; taken {
					return nil, fmt.Errorf("exercise %s is in %s and in %s", e.ID, other, name)
				}
				exercises[key] = name
			}
			all[language] = append(all[language], lesson)
		}
		slices.SortFunc(all[language], func(a, b *Lesson) int { return strings.Compare(a.Name, b.Name) })
	}
	return all, nil
})

// Lessons returns the lessons of a language in the order of the course. It fails
// where a file of them is not well-formed, with a *FormatError as a rule.
func Lessons(language string) ([]*Lesson, error) {
	all, err := load()
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Languages, language) {
		return nil, fmt.Errorf("there is no course in %q; there is one in %s", language, strings.Join(Languages, " and "))
	}
	return all[language], nil
}

// UnknownExerciseError says that there is no exercise of an id.
type UnknownExerciseError struct {
	ID   string
	Like []string // ids that look like it
}

func (e *UnknownExerciseError) Error() string {
	text := fmt.Sprintf("there is no exercise %q", e.ID)
	if len(e.Like) > 0 {
		text += "; there is " + strings.Join(e.Like, ", ")
	}
	return text
}

// Find returns an exercise of a language. The error is an *UnknownExerciseError
// if there is none of that id.
func Find(id, language string) (*Exercise, error) {
	lessons, err := Lessons(language)
	if err != nil {
		return nil, err
	}
	unknown := &UnknownExerciseError{ID: id}
	stem, _, _ := strings.Cut(id, "-")
	for _, lesson := range lessons {
		for _, e := range lesson.Exercises {
			if e.ID == id {
				return e, nil
			}
			if strings.HasPrefix(e.ID, stem+"-") {
				unknown.Like = append(unknown.Like, e.ID)
			}
		}
	}
	return nil, unknown
}

// Exercises are the exercises of the course as the kernel asks for them.
type Exercises struct{}

// Check returns the code that checks an exercise: the body of a
// func(c *course.Case), after imports of its own. In another language than those
// of the course it speaks English.
func (Exercises) Check(id, language string) (string, error) {
	if !slices.Contains(Languages, language) {
		language = "en"
	}
	e, err := Find(id, language)
	if err != nil {
		return "", err
	}
	return e.Check, nil
}
