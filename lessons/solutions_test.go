package lessons

import (
	"path/filepath"
	"strings"
	"testing"

	"lockstep/kernel/notebook"
)

// solutions are for each exercise, by lesson and starter cell, what a learner
// might put there. An exercise's check cell has the starter's name with -check.
var solutions = map[string]map[string]string{
	"08-mutex.ipynb": {
		"narrow-starter": `
var press thread.Mutex

func printSoon(writer string) {
	var pages []string
	for page := 1; page <= 3; page++ {
		time.Sleep(time.Second)
		pages = append(pages, fmt.Sprintf("%s-%d", writer, page))
	}
	press.Lock()
	defer press.Unlock()
	paper = append(paper, pages...)
}`,
		"halves-starter": `
var till thread.Mutex

func sellFixed(counter string) {
	till.Lock()
	defer till.Unlock()
	n := tickets
	thread.Yield()
	tickets = n - 1
}`,
		"find-seed-starter": `
seed := uint64(0)
for {
	threeAtOnce(seed, printWhole)
	if paper[0] == "P3-1" && paper[3] == "P2-1" {
		break
	}
	seed++
}`,
	},
	"25-lock-vs-join.ipynb": {
		"estimate-starter": `
lockAnswer := 6 * time.Second
joinAnswer := 12 * time.Second`,
		"narrow-starter": `
var (
	book    thread.Mutex
	balance int
)

func deposit() {
	own()
	book.Lock()
	defer book.Unlock()
	before := balance
	time.Sleep(500 * time.Millisecond)
	balance = before + 100
}`,
		"two-books-starter": `
var (
	books [2]int
	desks [2]thread.Mutex
)

func bookIn(account int) {
	own()
	desks[account].Lock()
	defer desks[account].Unlock()
	before := books[account]
	time.Sleep(500 * time.Millisecond)
	books[account] = before + 100
}`,
	},
}

// The starter of an exercise runs but doesn't pass, and a solution passes.
func TestExercises(t *testing.T) {
	eachLesson(t, func(t *testing.T, path string, book *notebook.Notebook) {
		t.Parallel()
		passed := map[string]string{"zh": "通过", "en": "passed"}[filepath.Dir(path)]
		checks := map[string]bool{}
		unsolved := solutions[filepath.Base(path)]
		for _, cell := range book.Cells {
			exercise, isStarter := strings.CutSuffix(cell.ID, "-starter")
			if !isStarter {
				continue
			}
			solution, ok := unsolved[cell.ID]
			if !ok {
				t.Errorf("no solution of %s is tested", cell.ID)
			}
			cell.Source = strings.TrimPrefix(solution, "\n")
			checks[exercise+"-check"] = true
		}
		if len(checks) < 2 || len(checks) != len(unsolved) {
			t.Errorf("%d exercises, and %d solutions are tested", len(checks), len(unsolved))
		}
		for _, cell := range book.Cells {
			if checks[cell.ID] && (len(cell.Outputs) == 0 || strings.Contains(outputs(t, cell), passed)) {
				t.Errorf("the starter passes %s", cell.ID)
			}
		}

		solved := filepath.Join(t.TempDir(), filepath.Base(path))
		if err := book.Write(solved); err != nil {
			t.Fatal(err)
		}
		for _, cell := range execute(t, solved).Cells {
			if !checks[cell.ID] {
				continue
			}
			if shown := outputs(t, cell); !strings.Contains(shown, passed) {
				t.Errorf("a solution doesn't pass %s:\n%s", cell.ID, shown)
			}
			delete(checks, cell.ID)
		}
		for check := range checks {
			t.Errorf("there is no %s", check)
		}
	})
}
