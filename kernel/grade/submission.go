package grade

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"lockstep/kernel/notebook"
	"lockstep/lessons/source"
)

// Find lists the notebooks below a folder, sorted. Hidden folders, such as those
// of Jupyter's checkpoints, are passed over.
func Find(folder string) ([]string, error) {
	var paths []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != folder && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return filepath.SkipDir
			}
		case entry.Type().IsRegular() && filepath.Ext(path) == ".ipynb":
			paths = append(paths, path)
		}
		return nil
	})
	slices.Sort(paths)
	return paths, err
}

// submission is a notebook that was handed in.
type submission struct {
	lesson *source.Lesson
	// starters are the learner's answers, by the ids of their cells; extra are
	// code cells that the lesson doesn't have, by the id of the cell before.
	starters map[string]string
	extra    map[string][]string
}

var lessonCall = regexp.MustCompile(`course\.Lesson\("([^"]+)",\s*"([^"]+)"\)`)

// read reads a notebook that was handed in.
func read(path string) (*submission, error) {
	n, err := notebook.Read(path)
	if err != nil {
		return nil, err
	}
	lesson, err := lessonOf(n)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	known := map[string]source.Cell{}
	for _, c := range lesson.Cells {
		known[c.ID] = c
	}
	s := &submission{lesson: lesson, starters: map[string]string{}, extra: map[string][]string{}}
	last := ""
	for _, c := range n.Cells {
		id := identity(c)
		own, ours := known[id]
		switch {
		case ours && own.Starter():
			s.starters[id] = c.Source
		case !ours && c.Type == notebook.Code:
			s.extra[last] = append(s.extra[last], c.Source)
		}
		if ours {
			last = id
		}
	}
	return s, nil
}

// identity is a cell's id as the lesson has it: nbgrader keeps that apart, and
// front ends may give cells others.
func identity(c *notebook.Cell) string {
	var grading struct {
		GradeID string `json:"grade_id"`
	}
	if raw, ok := c.Metadata.Get("nbgrader"); ok && json.Unmarshal(raw, &grading) == nil && grading.GradeID != "" {
		return grading.GradeID
	}
	return c.ID
}

// lessonOf finds out which lesson a notebook is of: the one that it names, or the
// one whose exercises it has.
func lessonOf(n *notebook.Notebook) (*source.Lesson, error) {
	name, language := "", "en"
	ids := map[string]bool{}
	for _, c := range n.Cells {
		ids[identity(c)] = true
		if found := lessonCall.FindStringSubmatch(c.Source); found != nil && name == "" {
			name, language = found[1], found[2]
		}
	}
	if !slices.Contains(source.Languages, language) {
		language = "en"
	}
	lessons, err := source.Lessons(language)
	if err != nil {
		return nil, err
	}
	for _, l := range lessons {
		if l.Name == name {
			return l, nil
		}
	}
	for _, l := range lessons {
		if slices.ContainsFunc(l.Cells, func(c source.Cell) bool { return c.Starter() && ids[c.ID] }) {
			return l, nil
		}
	}
	return nil, fmt.Errorf("it is of no lesson: no cell calls course.Lesson, and none is an exercise's")
}
