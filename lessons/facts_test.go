package lessons

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lockstep/lessons/source"
)

// TestEveryFactHasItsCell reads the tables of facts: what the course has to say, by
// the headings of its syllabus, each with the cell that says it.
func TestEveryFactHasItsCell(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("facts", "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range source.Languages {
		lessons, err := source.Lessons(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, lesson := range lessons {
			file := filepath.Join("facts", lesson.Name+".csv")
			if !slices.Contains(files, file) {
				t.Errorf("%s: there is no table of its facts", lesson.Name)
				continue
			}
			for i, row := range facts(t, file) {
				heading, fact, cell := row[0], row[1], row[2]
				if strings.TrimSpace(heading) == "" || strings.TrimSpace(fact) == "" {
					t.Errorf("%s: row %d has no heading or no fact", file, i+2)
				}
				if !slices.ContainsFunc(lesson.Cells, func(c source.Cell) bool { return c.ID == cell }) {
					t.Errorf("%s: row %d: there is no cell %q in %s", file, i+2, cell, language)
				}
			}
		}
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		if _, err := os.Stat(filepath.Join("source", "zh", name+".md")); err != nil {
			t.Errorf("%s belongs to no lesson", file)
		}
	}
}

// facts reads a table; its columns are heading, fact and cell.
func facts(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if len(rows) < 2 || !slices.Equal(rows[0], []string{"heading", "fact", "cell"}) {
		t.Fatalf("%s: want a header heading,fact,cell and a row at least", file)
	}
	return rows[1:]
}
