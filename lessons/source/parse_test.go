package source_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lockstep/lessons/source"
)

const whole = `<!-- cell title -->

# 99 A lesson

Text, with code in it:

` + "```python\nprint(1)\n```" + `

` + "```go first nbval-ignore-output\nx := 1\n```" + `

<!-- exercise lesson-1 kind=predict concepts=order,time -->

### 1 · A task

What comes first?

` + "```go starter\nanswer := 0\n```\n\n```go solution\nanswer := 2\n```\n\n```go wrong not 1\nanswer := 1\n```\n\n```go wrong not 3\nanswer := 3\n```\n\n```go check\nc.Equal(\"answer\", answer, 2)\n```" + `

<!-- hint -->

Think.

<!-- end -->

<!-- cell summary -->

That was all.
`

func TestParse(t *testing.T) {
	lesson, err := source.Parse("x.md", "99-lesson", "en", whole)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range lesson.Cells {
		ids = append(ids, c.ID)
	}
	if want := []string{"title", "first", "lesson-1", "lesson-1-starter", "lesson-1-check", "summary"}; !slices.Equal(ids, want) {
		t.Errorf("the cells are %v, want %v", ids, want)
	}
	if got := lesson.Title(); got != "99 A lesson" {
		t.Errorf("the title is %q", got)
	}
	if c := lesson.Cells[0]; c.Code || !strings.HasSuffix(c.Text, "```python\nprint(1)\n```") {
		t.Errorf("the first cell is %q", c.Text)
	}
	if c := lesson.Cells[1]; !c.Code || c.Text != "x := 1" || !slices.Equal(c.Tags, []string{"nbval-ignore-output"}) {
		t.Errorf("the second cell is %+v", c)
	}
	e := lesson.Exercises[0]
	if e.Kind != source.Predict || !slices.Equal(e.Concepts, []string{"order", "time"}) || e.Title() != "1 · A task" ||
		e.Starter != "answer := 0" || e.Solution != "answer := 2" || len(e.Wrong) != 2 || !slices.Equal(e.Hints, []string{"Think."}) {
		t.Errorf("the exercise is %+v", e)
	}
	book, err := lesson.Notebook(true)
	if err != nil || book.Cells[3].Source != "answer := 2" {
		t.Errorf("solved, the starter is %q, %v", book.Cells[3].Source, err)
	}
}

func TestWhatIsWrongIsNamedWithItsLine(t *testing.T) {
	replaced := func(old, new string) string {
		if !strings.Contains(whole, old) {
			t.Fatalf("%q is not in the source", old)
		}
		return strings.Replace(whole, old, new, 1)
	}
	for _, test := range []struct {
		text   string
		line   int
		reason string
	}{
		{"", 1, "no cells"},
		{"text", 1, "belongs to no cell"},
		{"<!-- cell -->\n", 1, "no id"},
		{"<!-- cell A_b -->\n", 1, "no id"},
		{"<!-- cell a -->\n", 1, "empty"},
		{"<!-- end -->\n", 1, "no exercise to end"},
		{"<!-- hint -->\n", 1, "no exercise"},
		{"```go a\nx := 1\n", 1, "not closed"},
		{replaced("cell summary", "cell first"), 47, "given twice"},
		{replaced("kind=predict", "kind=guess"), 15, `no kind "guess"`},
		{replaced("concepts=order,time", ""), 15, "concepts"},
		{replaced("```go solution", "```go resolution"), 25, `no part "resolution"`},
		{replaced("```go wrong not 3\nanswer := 3\n```\n\n", ""), 41, "1 wrong answers"},
		{replaced("Think.", ""), 41, "hint of exercise lesson-1 is empty"},
		{replaced("<!-- end -->", ""), 15, "no <!-- end -->"},
		{replaced("not 1", "("), 29, "needs a pattern"},
		{replaced("answer := 0", " "), 21, "empty"},
	} {
		_, err := source.Parse("x.md", "99-lesson", "en", test.text)
		var format *source.FormatError
		if !errors.As(err, &format) || format.File != "x.md" || format.Line != test.line || !strings.Contains(format.Reason, test.reason) {
			t.Errorf("the error is %v, want line %d: …%s…", err, test.line, test.reason)
		}
	}
}

func TestFind(t *testing.T) {
	e, err := source.Find("mutex-1", "zh")
	if err != nil || e.Lesson.Name != "08-mutex" {
		t.Errorf("found %+v, %v", e, err)
	}
	var unknown *source.UnknownExerciseError
	if _, err := source.Find("mutex-77", "zh"); !errors.As(err, &unknown) || !slices.Contains(unknown.Like, "mutex-1") {
		t.Errorf("the error is %v", err)
	}
	if _, err := source.Lessons("xx"); err == nil {
		t.Error("there is a course in xx")
	}
}
