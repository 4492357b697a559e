package lessons

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"lockstep/kernel/export"
	"lockstep/kernel/notebook"
)

// TestEveryLessonIsAProgram builds all lessons as plain Go programs, in one
// module so that what they share is built once, and compares what they print. The
// programs wait much and work little, so they run side by side.
func TestEveryLessonIsAProgram(t *testing.T) {
	module := t.TempDir()
	var mu sync.Mutex
	var exported []string // those that go test -run asks for
	t.Run("export", func(t *testing.T) {
		for _, path := range paths(t) {
			t.Run(filepath.ToSlash(path), func(t *testing.T) {
				t.Parallel()
				if err := export.Export(export.Options{Notebook: path, Folder: filepath.Join(module, programName(path))}); err != nil {
					t.Fatal(err)
				}
				mu.Lock()
				defer mu.Unlock()
				exported = append(exported, path)
			})
		}
	})
	if t.Failed() || len(exported) == 0 {
		return
	}
	for _, path := range exported {
		for _, name := range []string{"go.mod", "go.sum"} {
			if err := os.Rename(filepath.Join(module, programName(path), name), filepath.Join(module, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	programs := filepath.Join(module, "programs")
	// Without what debuggers want to know, linking takes half of the time.
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", programs+string(filepath.Separator), "./...")
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := func(t *testing.T, path string) (wrong []string) {
		out, err := exec.Command(filepath.Join(programs, programName(path))).Output()
		if err != nil {
			t.Fatal(err)
		}
		return differences(read(t, path), string(out))
	}
	var disturbed []string
	t.Run("run", func(t *testing.T) {
		for _, path := range exported {
			t.Run(filepath.ToSlash(path), func(t *testing.T) {
				t.Parallel()
				if len(run(t, path)) > 0 {
					mu.Lock()
					defer mu.Unlock()
					disturbed = append(disturbed, path)
				}
			})
		}
	})
	// What a program measures is its own affair only when it is alone.
	for _, path := range disturbed {
		t.Run("alone/"+filepath.ToSlash(path), func(t *testing.T) {
			for _, wrong := range run(t, path) {
				t.Error(wrong)
			}
		})
	}
}

// programName is what the program of a lesson is called, which tells the languages
// apart.
func programName(path string) string {
	return strings.ReplaceAll(strings.TrimSuffix(filepath.ToSlash(path), ".ipynb"), "/", "-")
}

// others are the cells that print something else in a program, and why.
var others = map[string]string{
	"os-2-check":        generic,
	"with-map":          generic,
	"with-as-completed": generic,
}

const generic = "in cells a simulation switches inside of other packages' generic functions, too"

// differences compares what a program prints with the texts of its notebook's cells.
// In the place of those that show the real world there may be anything.
func differences(book *notebook.Notebook, out string) (wrong []string) {
	out = placeless(out)
	want := `(?s)\A`
	for _, cell := range book.Cells {
		text := ".*"
		if _, other := others[cell.ID]; !other && !cell.HasTag(ignored, skipped) {
			text = " ?" + regexp.QuoteMeta(strings.TrimSpace(placeless(printed(cell))))
		}
		if !regexp.MustCompile(want + text).MatchString(out) {
			wrong = append(wrong, fmt.Sprintf("cell %s: the program prints\n%s\nwant\n%s", cell.ID, rest(out, want), placeless(printed(cell))))
			text = ".*"
		}
		want += text
	}
	if !regexp.MustCompile(want + ` ?\z`).MatchString(out) {
		wrong = append(wrong, "the program prints, at last\n"+rest(out, want))
	}
	return wrong
}

// rest is what a text has behind a pattern.
func rest(text, pattern string) string {
	return text[len(regexp.MustCompile(pattern).FindString(text)):]
}

// Places in code are those of cells here and of main.go there, and with them change
// the widths of columns, where lines are broken, and what has room in them. A panic
// has its functions beside its places there.
var (
	place  = regexp.MustCompile(`\S*…|In\[\d+\]:\d+|main\.\S+ \(main\.go:\d+\)|main\.go:\d+`)
	room   = regexp.MustCompile(`│ (waits for|在等) [^│\n]*`)
	spaces = regexp.MustCompile(`[\s─┼]+`)
	places = regexp.MustCompile(`(place )+`)
)

// placeless is a text without places.
func placeless(text string) string {
	text = room.ReplaceAllString(place.ReplaceAllString(text, "place"), "│ waits for place")
	return places.ReplaceAllString(spaces.ReplaceAllString(text, " "), "place ")
}

// printed is the text that a cell shows.
func printed(cell *notebook.Cell) string {
	var text strings.Builder
	for _, output := range cell.Outputs {
		switch output := output.(type) {
		case *notebook.Stream:
			if output.Name == "stdout" {
				text.WriteString(output.Text)
			}
		case *notebook.DisplayData:
			text.WriteString(plain(output.Data))
		case *notebook.ExecuteResult:
			text.WriteString(plain(output.Data))
		}
	}
	return text.String()
}

func plain(data notebook.Bundle) string {
	text, _ := data.Text("text/plain")
	return text + "\n"
}
