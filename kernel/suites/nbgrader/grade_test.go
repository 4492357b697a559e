package nbgrader_test

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lockstep/install/setup"
	"lockstep/kernel/jupytertest"
	"lockstep/kernel/notebook"
	"lockstep/lessons/source"
)

const lesson = "08-mutex"

// course is a teacher's folder, with the lesson as its one assignment.
type course struct {
	t       *testing.T
	ctx     context.Context
	jupyter *jupytertest.Env
	folder  string
}

func newCourse(t *testing.T) *course {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	t.Cleanup(cancel)
	c := &course{t: t, ctx: ctx, jupyter: jupytertest.Installed(t), folder: t.TempDir()}
	root, err := setup.SourceDir(ctx)
	if err != nil {
		t.Fatal(err)
	}
	c.copy(filepath.Join(root, "lessons", "nbgrader_config.py"), "nbgrader_config.py")
	c.copy(filepath.Join(root, "lessons", "en", lesson+".ipynb"), "source", lesson, lesson+".ipynb")
	return c
}

func (c *course) copy(from string, to ...string) {
	c.t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		c.t.Fatal(err)
	}
	path := filepath.Join(append([]string{c.folder}, to...)...)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		c.t.Fatal(err)
	}
}

func (c *course) nbgrader(args ...string) {
	c.t.Helper()
	cmd := c.jupyter.Command(c.ctx, "nbgrader", args...)
	cmd.Dir = c.folder
	if output, err := cmd.CombinedOutput(); err != nil {
		c.t.Fatalf("nbgrader %s: %v\n%s", strings.Join(args, " "), err, output)
	}
}

// submit has a student hand in what they were assigned, with some cells changed.
func (c *course) submit(student string, answers map[string]string) {
	c.t.Helper()
	n, err := notebook.Read(filepath.Join(c.folder, "release", lesson, lesson+".ipynb"))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, cell := range n.Cells {
		if answer, ok := answers[cell.ID]; ok {
			cell.Source = answer
		}
	}
	path := filepath.Join(c.folder, "submitted", student, lesson, lesson+".ipynb")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		c.t.Fatal(err)
	}
	if err := n.Write(path); err != nil {
		c.t.Fatal(err)
	}
}

// scores exports the grades, by student.
func (c *course) scores() map[string]string {
	c.t.Helper()
	c.nbgrader("export", "--to", "grades.csv")
	file, err := os.Open(filepath.Join(c.folder, "grades.csv"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer file.Close()
	table, err := csv.NewReader(file).ReadAll()
	if err != nil {
		c.t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range table[0] {
		column[name] = i
	}
	scores := map[string]string{}
	for _, row := range table[1:] {
		scores[row[column["student_id"]]] = row[column["score"]] + " of " + row[column["max_score"]]
	}
	return scores
}

func TestNbgraderGradesALesson(t *testing.T) {
	c := newCourse(t)
	c.nbgrader("generate_assignment", lesson)

	right, wrong, cheat := map[string]string{}, map[string]string{}, map[string]string{}
	lessons, err := source.Lessons("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lessons {
		if l.Name != lesson {
			continue
		}
		for _, e := range l.Exercises {
			right[e.ID+"-starter"] = e.Solution
			wrong[e.ID+"-starter"] = e.Wrong[0].Code
			// Neither what a cell prints nor a changed check counts.
			cheat[e.ID+"-starter"] = e.Starter + "\nfmt.Println(\"passed: " + e.ID + "\")\nos.Setenv(\"NBGRADER_EXECUTION\", \"\")"
			cheat[e.ID+"-check"] = "1"
		}
	}
	cheat["imports"] = "import \"os\"\n"
	if len(right) < 2 {
		t.Fatalf("the lesson has %d exercises", len(right))
	}
	half := map[string]string{}
	for id, code := range right {
		if strings.HasPrefix(id, "mutex-1-") {
			half[id] = code
		}
	}
	c.submit("right", right)
	c.submit("half", half)
	c.submit("wrong", wrong)
	c.submit("untouched", nil)
	if n, err := notebook.Read(filepath.Join(c.folder, "release", lesson, lesson+".ipynb")); err == nil {
		for _, cell := range n.Cells {
			if cell.ID == "imports" {
				cheat["imports"] += cell.Source
			}
		}
	}
	c.submit("cheat", cheat)
	c.nbgrader("autograde", lesson, "--create")
	c.nbgrader("generate_feedback", lesson)

	all := regexp.MustCompile(`^\d+`).FindString(c.scores()["right"])
	want := map[string]string{
		"right": all + ".0 of " + all + ".0", "half": "1.0 of " + all + ".0",
		"wrong": "0.0 of " + all + ".0", "untouched": "0.0 of " + all + ".0", "cheat": "0.0 of " + all + ".0",
	}
	if all == "0" || all == "" {
		t.Errorf("the lesson is worth %q points", all)
	}
	got := c.scores()
	for student, score := range want {
		if got[student] != score {
			t.Errorf("%s has %s, want %s", student, got[student], score)
		}
	}
	feedback, err := os.ReadFile(filepath.Join(c.folder, "feedback", "wrong", lesson, lesson+".html"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(feedback), "not yet: mutex-1") {
		t.Error("the feedback doesn't say what is wrong")
	}
}
