package source

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// FormatError says what is wrong with a source, and where.
type FormatError struct {
	File   string
	Line   int
	Reason string
}

func (e *FormatError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason) }

var (
	directive = regexp.MustCompile(`^<!--\s*(cell|exercise|hint|end)\b\s*(.*?)\s*-->$`)
	goFence   = regexp.MustCompile("^```go\\s+(\\S.*)$")
	validID   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// parser reads a source line by line.
type parser struct {
	file     string
	lesson   *Lesson
	exercise *Exercise // the one at hand
	from     int       // the line that it begins at
	hint     bool      // the text at hand is one of its hints
	cell     string    // the id of the text at hand, "" if it is not to have any
	tags     []string
	text     []string
	textFrom int
	ids      map[string]bool
}

// Parse reads the source of a lesson. Its error is a *FormatError.
//
// A source is Markdown, cut into cells by lines of their own:
//
//	<!-- cell ID TAG… -->         begins a cell of text
//	```go ID TAG…                 a cell of code, up to ```
//	<!-- exercise ID kind=KIND concepts=A,B -->   the task, in Markdown, and then
//	```go starter                 what the learner is given
//	```go solution                what passes
//	```go wrong PATTERN           what does not, with what it is told
//	```go check                   the body of func(c *course.Case), with imports
//	<!-- hint -->                 one step of help, in Markdown
//	<!-- end -->                  ends the exercise
//
// Fences in other languages, and those of Go without an id, belong to the text.
func Parse(file, name, language, text string) (*Lesson, error) {
	p := &parser{file: file, lesson: &Lesson{Name: name, Language: language}, ids: map[string]bool{}}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line, n := lines[i], i+1
		if m := directive.FindStringSubmatch(line); m != nil {
			if err := p.directive(n, m[1], strings.Fields(m[2])); err != nil {
				return nil, err
			}
			continue
		}
		if !strings.HasPrefix(line, "```") {
			if err := p.line(n, line); err != nil {
				return nil, err
			}
			continue
		}
		end := slices.Index(lines[i+1:], "```")
		if end < 0 {
			return nil, p.errorf(n, "the fence is not closed")
		}
		block := lines[i+1 : i+1+end]
		if m := goFence.FindStringSubmatch(line); m != nil {
			if err := p.code(n, m[1], strings.Join(block, "\n")); err != nil {
				return nil, err
			}
		} else {
			for j, line := range lines[i : i+end+2] {
				if err := p.line(n+j, line); err != nil {
					return nil, err
				}
			}
		}
		i += end + 1
	}
	if p.exercise != nil {
		return nil, p.errorf(p.from, "exercise %s has no <!-- end -->", p.exercise.ID)
	}
	if err := p.flush(); err != nil {
		return nil, err
	}
	if len(p.lesson.Cells) == 0 {
		return nil, p.errorf(1, "the lesson has no cells")
	}
	return p.lesson, nil
}

func (p *parser) errorf(line int, format string, args ...any) error {
	return &FormatError{File: p.file, Line: line, Reason: fmt.Sprintf(format, args...)}
}

// line adds a line to the text at hand.
func (p *parser) line(n int, line string) error {
	if p.cell == "" && !p.hint {
		if strings.TrimSpace(line) == "" {
			return nil
		}
		return p.errorf(n, "this text belongs to no cell; <!-- cell ID --> begins one")
	}
	p.text = append(p.text, line)
	return nil
}

// flush ends the text at hand.
func (p *parser) flush() error {
	text := strings.Trim(strings.Join(p.text, "\n"), "\n")
	at, cell := p.textFrom, p.cell
	p.text, p.cell = nil, ""
	switch {
	case p.hint:
		p.hint = false
		if strings.TrimSpace(text) == "" {
			return p.errorf(at, "the hint of exercise %s is empty", p.exercise.ID)
		}
		p.exercise.Hints = append(p.exercise.Hints, text)
	case cell != "":
		if strings.TrimSpace(text) == "" {
			return p.errorf(at, "cell %s is empty", cell)
		}
		p.lesson.Cells = append(p.lesson.Cells, Cell{ID: cell, Text: text, Tags: p.tags, Exercise: p.exercise})
		if p.exercise != nil {
			p.exercise.Task = text
		}
	}
	return nil
}

// id checks and notes a cell's id.
func (p *parser) id(n int, id string) error {
	if !validID.MatchString(id) {
		return p.errorf(n, "%q is no id: use lower-case letters, digits and single hyphens", id)
	}
	if p.ids[id] {
		return p.errorf(n, "id %s is given twice", id)
	}
	p.ids[id] = true
	return nil
}

func (p *parser) directive(n int, word string, args []string) error {
	if err := p.flush(); err != nil {
		return err
	}
	p.textFrom = n
	switch word {
	case "cell":
		if p.exercise != nil {
			return p.errorf(p.from, "exercise %s has no <!-- end -->", p.exercise.ID)
		}
		if len(args) == 0 {
			return p.errorf(n, "the cell has no id")
		}
		if err := p.id(n, args[0]); err != nil {
			return err
		}
		p.cell, p.tags = args[0], args[1:]
	case "exercise":
		if p.exercise != nil {
			return p.errorf(p.from, "exercise %s has no <!-- end -->", p.exercise.ID)
		}
		return p.begin(n, args)
	case "hint":
		if p.exercise == nil {
			return p.errorf(n, "the hint belongs to no exercise")
		}
		p.hint = true
	case "end":
		if p.exercise == nil {
			return p.errorf(n, "there is no exercise to end")
		}
		return p.end(n)
	}
	return nil
}

// begin begins an exercise.
func (p *parser) begin(n int, args []string) error {
	if len(args) == 0 {
		return p.errorf(n, "the exercise has no id")
	}
	if err := p.id(n, args[0]); err != nil {
		return err
	}
	e := &Exercise{ID: args[0], Lesson: p.lesson}
	for _, arg := range args[1:] {
		key, value, _ := strings.Cut(arg, "=")
		switch key {
		case "kind":
			e.Kind = Kind(value)
			if !slices.Contains(Kinds, e.Kind) {
				return p.errorf(n, "exercise %s: there is no kind %q; the kinds are %v", e.ID, value, Kinds)
			}
		case "concepts":
			e.Concepts = strings.Split(value, ",")
		default:
			return p.errorf(n, "exercise %s: %q is neither kind= nor concepts=", e.ID, arg)
		}
	}
	if e.Kind == "" || len(e.Concepts) == 0 {
		return p.errorf(n, "exercise %s has no kind= or no concepts=", e.ID)
	}
	p.exercise, p.from, p.cell, p.tags = e, n, e.ID, nil
	return nil
}

// end ends an exercise; its check is a cell of its own.
func (p *parser) end(n int) error {
	e := p.exercise
	p.exercise = nil
	for _, part := range []struct{ name, text string }{
		{"task", e.Task}, {"starter", e.Starter}, {"solution", e.Solution}, {"check", e.Check},
	} {
		if part.text == "" {
			return p.errorf(n, "exercise %s has no %s", e.ID, part.name)
		}
	}
	if len(e.Wrong) < 2 {
		return p.errorf(n, "exercise %s has %d wrong answers; it takes two", e.ID, len(e.Wrong))
	}
	if len(e.Hints) == 0 {
		return p.errorf(n, "exercise %s has no hint", e.ID)
	}
	p.lesson.Cells = append(p.lesson.Cells, Cell{ID: e.ID + "-check", Code: true, Text: fmt.Sprintf("course.Check(%q)", e.ID), Exercise: e})
	p.lesson.Exercises = append(p.lesson.Exercises, e)
	return nil
}

// code is a fence with code.
func (p *parser) code(n int, info, text string) error {
	if err := p.flush(); err != nil {
		return err
	}
	word, rest, _ := strings.Cut(info, " ")
	rest = strings.TrimSpace(rest)
	if strings.TrimSpace(text) == "" {
		return p.errorf(n, "the code of %s is empty", word)
	}
	e := p.exercise
	if e == nil {
		if err := p.id(n, word); err != nil {
			return err
		}
		p.lesson.Cells = append(p.lesson.Cells, Cell{ID: word, Code: true, Text: text, Tags: strings.Fields(rest)})
		return nil
	}
	once := func(part *string) error {
		if *part != "" {
			return p.errorf(n, "exercise %s has two of %s", e.ID, word)
		}
		*part = text
		return nil
	}
	switch word {
	case "starter":
		if err := once(&e.Starter); err != nil {
			return err
		}
		id := e.ID + "-starter"
		if err := p.id(n, id); err != nil {
			return err
		}
		p.lesson.Cells = append(p.lesson.Cells, Cell{ID: id, Code: true, Text: text, Tags: strings.Fields(rest), Exercise: e})
		return nil
	case "solution":
		return once(&e.Solution)
	case "check":
		return once(&e.Check)
	case "wrong":
		pattern, err := regexp.Compile(rest)
		if err != nil || rest == "" {
			return p.errorf(n, "exercise %s: a wrong answer needs a pattern of what it is told, not %q", e.ID, rest)
		}
		e.Wrong = append(e.Wrong, Wrong{Code: text, Told: pattern})
		return nil
	}
	return p.errorf(n, "exercise %s has no part %q; its parts are starter, solution, wrong and check", e.ID, word)
}
