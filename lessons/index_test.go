package lessons

import (
	"regexp"
	"strings"
	"testing"

	"lockstep/lessons/source"
)

// The index names every lesson by its title, and leads to it.
func TestIndexHasEveryLesson(t *testing.T) {
	for _, language := range source.Languages {
		lessons, err := source.Lessons(language)
		if err != nil {
			t.Fatal(err)
		}
		index := text(lessons[0])
		for _, lesson := range lessons[1:] {
			if row := "| [" + lesson.Title() + "](" + lesson.Name + ".ipynb) |"; !strings.Contains(index, row) {
				t.Errorf("%s/%s has no row that begins with %q", language, lessons[0].Name, row)
			}
		}
	}
}

// A link that names a lesson names it by its title.
func TestLinksNameLessonsByTheirTitles(t *testing.T) {
	link := regexp.MustCompile(`\[(\d\d [^\]]+)\]\((\d\d-[a-z0-9-]+)\.ipynb\)`)
	for _, language := range source.Languages {
		lessons, err := source.Lessons(language)
		if err != nil {
			t.Fatal(err)
		}
		titles := map[string]string{}
		for _, lesson := range lessons {
			titles[lesson.Name] = lesson.Title()
		}
		for _, lesson := range lessons {
			for _, match := range link.FindAllStringSubmatch(text(lesson), -1) {
				if match[1] != titles[match[2]] {
					t.Errorf("%s/%s calls %s %q; its title is %q", language, lesson.Name, match[2], match[1], titles[match[2]])
				}
			}
		}
	}
}

// text is the prose of a lesson.
func text(lesson *source.Lesson) string {
	var all strings.Builder
	for _, cell := range lesson.Cells {
		if !cell.Code {
			all.WriteString(cell.Text + "\n")
		}
	}
	return all.String()
}
