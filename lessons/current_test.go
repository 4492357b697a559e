package lessons

import (
	"path"
	"path/filepath"
	"slices"
	"testing"

	"lockstep/kernel/notebook"
	"lockstep/lessons/source"
)

// TestNotebooksAreCurrent compares the notebooks with their sources; what their
// cells show, TestLessonsShowTheSameEachTime does.
func TestNotebooksAreCurrent(t *testing.T) {
	sources := map[string]bool{}
	for _, language := range source.Languages {
		lessons, err := source.Lessons(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, lesson := range lessons {
			file := path.Join(language, lesson.Name) + ".ipynb"
			sources[file] = true
			want, err := lesson.Notebook(false)
			if err != nil {
				t.Fatal(err)
			}
			got := read(t, filepath.FromSlash(file))
			if !slices.EqualFunc(got.Cells, want.Cells, func(a, b *notebook.Cell) bool {
				return a.Type == b.Type && a.ID == b.ID && a.Source == b.Source && slices.Equal(a.Tags(), b.Tags())
			}) {
				t.Errorf("%s is not what its source says: run go generate ./lessons", file)
			}
		}
	}
	for _, file := range paths(t) {
		if !sources[filepath.ToSlash(file)] {
			t.Errorf("%s has no source", file)
		}
	}
}
