package lessons

import (
	"encoding/json"
	"go/format"
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/notebook"
	"lockstep/kernel/protocol"
)

// maxLines is how long a code cell may be, so that it is taken in at a glance.
const maxLines = 14

func TestFilesAreAsJupyterWritesThem(t *testing.T) {
	eachLesson(t, func(t *testing.T, path string, book *notebook.Notebook) {
		if book.Minor != 5 {
			t.Errorf("nbformat 4.%d, want 4.5", book.Minor)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := book.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Error("Jupyter lays the file out in another way")
		}
	})
}

func TestMetadataNameTheKernel(t *testing.T) {
	info, err := kerneltest.Start(t).KernelInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	eachLesson(t, func(t *testing.T, _ string, book *notebook.Notebook) {
		var spec struct {
			DisplayName string `json:"display_name"`
			Language    string `json:"language"`
			Name        string `json:"name"`
		}
		metadata(t, book, "kernelspec", &spec)
		if spec.Name != "lockstep" || spec.DisplayName != "Go (Lockstep)" || spec.Language != "go" {
			t.Errorf("kernelspec: %+v", spec)
		}
		var got protocol.LanguageInfo
		metadata(t, book, "language_info", &got)
		want := info.LanguageInfo
		// The release of Go that a lesson was last run with may be an older one.
		if version.Lang("go"+got.Version) != version.Lang("go"+want.Version) {
			t.Errorf("Go %s, and the kernel's is %s", got.Version, want.Version)
		}
		got.Version = want.Version
		if got != want {
			t.Errorf("language_info: got %+v, want %+v", got, want)
		}
	})
}

func metadata(t *testing.T, book *notebook.Notebook, name string, value any) {
	t.Helper()
	text, ok := book.Metadata.Get(name)
	if !ok {
		t.Fatalf("no %s", name)
	}
	if err := json.Unmarshal(text, value); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func TestCells(t *testing.T) {
	name := regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)
	eachLesson(t, func(t *testing.T, path string, book *notebook.Notebook) {
		number, _, _ := strings.Cut(filepath.Base(path), "-")
		if first := book.Cells[0]; first.Type != notebook.Markdown || !strings.HasPrefix(first.Source, "# "+number+" ") {
			t.Errorf("the first cell has no title %q", "# "+number+" …")
		}
		seen := map[string]bool{}
		ran := 0
		for i, cell := range book.Cells {
			if !name.MatchString(cell.ID) || seen[cell.ID] {
				t.Errorf("cell %d: the id %q is malformed or not the first of its kind", i+1, cell.ID)
			}
			seen[cell.ID] = true
			if cell.Type != notebook.Code {
				continue
			}
			want := 0 // a cell that is skipped
			if !cell.HasTag(skipped) {
				ran++
				want = ran
			}
			if cell.ExecutionCount != want {
				t.Errorf("cell %s is In[%d], want In[%d]", cell.ID, cell.ExecutionCount, want)
			}
			if n := strings.Count(cell.Source, "\n") + 1; n > maxLines {
				t.Errorf("cell %s has %d lines, want at most %d", cell.ID, n, maxLines)
			}
			// What mixes declarations and statements is no fragment of Go's.
			if formatted, err := format.Source([]byte(cell.Source)); err == nil && string(formatted) != cell.Source {
				t.Errorf("cell %s is not as gofmt formats it:\n%s", cell.ID, formatted)
			}
			for _, output := range cell.Outputs {
				if shown, ok := output.(*notebook.ErrorOutput); ok {
					t.Errorf("cell %s shows an error: %s", cell.ID, shown.Value)
				}
			}
			if cell.HasTag(ignored) && !comparedFollows(book.Cells[i+1:]) {
				t.Errorf("cell %s shows the real world, and no cell after it says what holds in any", cell.ID)
			}
		}
	})
}

// comparedFollows says that the next code cell shows something that is compared.
func comparedFollows(cells []*notebook.Cell) bool {
	for _, cell := range cells {
		if cell.Type == notebook.Code {
			return !cell.HasTag(ignored) && len(cell.Outputs) > 0
		}
	}
	return false
}

func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`)
	eachLesson(t, func(t *testing.T, path string, book *notebook.Notebook) {
		for _, cell := range book.Cells {
			if cell.Type != notebook.Markdown {
				continue
			}
			for _, match := range link.FindAllStringSubmatch(cell.Source, -1) {
				if strings.Contains(match[1], "://") {
					continue
				}
				if _, err := os.Stat(filepath.Join(filepath.Dir(path), match[1])); err != nil {
					t.Errorf("cell %s: %v", cell.ID, err)
				}
			}
		}
	})
}
