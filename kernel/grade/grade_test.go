//go:build linux

package grade_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lockstep/kernel/grade"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/notebook"
	"lockstep/lessons/source"
)

func TestMain(m *testing.M) { os.Exit(kerneltest.Main(m)) }

// lesson is one with several exercises that are explored.
func lesson(t *testing.T) *source.Lesson {
	t.Helper()
	lessons, err := source.Lessons("en")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(lessons, func(l *source.Lesson) bool { return l.Name == "08-mutex" })
	return lessons[i]
}

// handIn writes a notebook of the lesson in which some cells are others, or missing
// if they are "", and with a cell more, if that is not "", after the imports.
func handIn(t *testing.T, path string, answers map[string]string, extra string) {
	t.Helper()
	n, err := lesson(t).Notebook(false)
	if err != nil {
		t.Fatal(err)
	}
	var cells []*notebook.Cell
	for _, c := range n.Cells {
		if answer, ok := answers[c.ID]; ok {
			c.Source = answer
			if answer == "" {
				continue
			}
		}
		cells = append(cells, c)
		if c.ID == "imports" && extra != "" {
			cells = append(cells, &notebook.Cell{Type: notebook.Code, ID: "mine", Source: extra})
		}
	}
	n.Cells = cells
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := n.Write(path); err != nil {
		t.Fatal(err)
	}
}

// graded runs the command on a folder, and returns what it writes, by path.
func graded(t *testing.T, folder string, args ...string) (all map[string]grade.Submission, table [][]string, printed string) {
	t.Helper()
	out := t.TempDir()
	jsonFile, csvFile := filepath.Join(out, "g.json"), filepath.Join(out, "g.csv")
	cmd := exec.CommandContext(t.Context(), kerneltest.Binary(t), append([]string{"grade", folder, "--json", jsonFile, "--csv", csvFile}, args...)...)
	cmd.Env = append(os.Environ(), "XDG_DATA_HOME="+filepath.Join(out, "data"))
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	data, err := os.ReadFile(jsonFile)
	if err != nil {
		t.Fatal(err)
	}
	var list []grade.Submission
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	all = map[string]grade.Submission{}
	for _, s := range list {
		all[s.Path] = s
	}
	file, err := os.Open(csvFile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if table, err = csv.NewReader(file).ReadAll(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(out, "data")); err == nil {
		t.Error("grading has left something in the teacher's own progress")
	}
	return all, table, string(text)
}

func TestAFolderOfSubmissions(t *testing.T) {
	folder := t.TempDir()
	right, wrong := map[string]string{}, map[string]string{}
	for _, e := range lesson(t).Exercises {
		right[e.ID+"-starter"], wrong[e.ID+"-starter"] = e.Solution, e.Wrong[0].Code
	}
	handIn(t, filepath.Join(folder, "ann", "08.ipynb"), right, "")
	handIn(t, filepath.Join(folder, "bob", "mine.ipynb"), wrong, "")
	handIn(t, filepath.Join(folder, "cho.ipynb"), map[string]string{"mutex-1-starter": right["mutex-1-starter"], "mutex-2-starter": "func {"}, "")
	helped := map[string]string{"mutex-1-starter": right["mutex-1-starter"]}
	handIn(t, filepath.Join(folder, "dee.ipynb"), helped, "func helper() int { return 1 }")
	if err := os.WriteFile(filepath.Join(folder, "eve.ipynb"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "fay.ipynb"), []byte(`{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	all, table, printed := graded(t, folder)
	of := len(lesson(t).Exercises)
	for path, score := range map[string]int{"ann/08.ipynb": of, "bob/mine.ipynb": 0, "cho.ipynb": 1, "dee.ipynb": 1} {
		if got := all[path]; got.Score != score || got.Of != of || got.Error != "" || got.Lesson != "08-mutex" {
			t.Errorf("%s: %+v, want %d of %d", path, got, score, of)
		}
	}
	for path, why := range map[string]string{"eve.ipynb": "eve.ipynb:1", "fay.ipynb": "of no lesson"} {
		if got := all[path]; !strings.Contains(got.Error, why) || got.Score != 0 {
			t.Errorf("%s: %+v, want an error with %q", path, got, why)
		}
	}
	if got := all["cho.ipynb"].Results[1].Reasons; len(got) != 1 || !strings.HasPrefix(got[0], "compile error: ") {
		t.Errorf("cho is told %q", got)
	}
	if rows := 1 + 4*of + 2; len(table) != rows {
		t.Errorf("the table has %d rows, want %d", len(table), rows)
	}
	if !strings.Contains(printed, "ann/08.ipynb: 3 of 3\n") {
		t.Errorf("printed\n%s", printed)
	}
}

func TestHostileSubmissionsScoreNothingAndHarmNothing(t *testing.T) {
	folder, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("whole"), 0o666); err != nil {
		t.Fatal(err)
	}
	e := lesson(t).Exercises[0]
	starter := e.ID + "-starter"
	hand := func(name, answer, extra string) {
		answers := map[string]string{}
		for _, other := range lesson(t).Exercises {
			answers[other.ID+"-starter"] = ""
		}
		answers[starter] = answer
		handIn(t, filepath.Join(folder, name+".ipynb"), answers, extra)
	}
	hostile := map[string]struct {
		answer, extra string
		told          string // part of what is said of it
	}{
		"loop":             {answer: e.Starter + "\nfor {}", told: "took longer"},
		"background":       {answer: e.Starter + "\nfor range 20 { go func() { for {} }() }"},
		"memory":           {answer: e.Starter + "\nvar hog [][]byte\nfor { hog = append(hog, make([]byte, 1<<20)) }", told: "out of memory"},
		"exit":             {answer: "import \"os\"\n" + e.Starter + "\nos.Exit(0)", told: "os.Exit(0)"},
		"printed pass":     {answer: e.Starter + "\nfmt.Println(\"passed: " + e.ID + "\")"},
		"own check":        {answer: e.Starter, extra: "import \"lockstep/lessons/course\"\ncourse.Check(\"" + e.ID + "\", func(*course.Case) {})"},
		"check by value":   {answer: e.Starter + "\nf := course.Check\nf(\"" + e.ID + "\", func(*course.Case) {})", told: "checked by a call"},
		"changed commands": {answer: e.Starter, extra: "var course = struct{ Check func(string) }{func(string) {}}"},
		"command":          {answer: "import \"os/exec\"\n" + e.Starter + "\nexec.Command(\"touch\", \"x\").Run()", told: "not open to submissions"},
		"system call":      {answer: "import \"syscall\"\n" + e.Starter + "\nsyscall.Kill(syscall.Getppid(), 9)", told: "not open to submissions"},
		"pointer":          {answer: "import \"unsafe\"\n" + e.Starter + "\nvar p unsafe.Pointer", told: "not open to submissions"},
		"processes": {answer: "import \"lockstep/runtime/process\"\n" + e.Starter, extra: "import (\"lockstep/runtime/process\"; \"time\")\nfunc idle() { time.Sleep(time.Hour) }\nfor range 100 { process.New(idle).Start() }",
			told: ""},
		"writes outside": {answer: "import \"os\"\n" + e.Starter + "\nif err := os.WriteFile(\"" + victim + "\", nil, 0o600); err != nil { panic(err) }", told: "outside of this session's folder"},
		"removes":        {answer: "import \"os\"\n" + e.Starter + "\nif err := os.RemoveAll(\"" + folder + "\"); err != nil { panic(err) }", told: "outside of this session's folder"},
		"reads others":   {answer: "import \"os\"\n" + e.Starter + "\nif _, err := os.ReadFile(\"" + filepath.Join(folder, "loop.ipynb") + "\"); err != nil { panic(err) }", told: "outside of this session's folder"},
		"climbs out":     {answer: "import \"os\"\n" + e.Starter + "\nif err := os.WriteFile(\"../x\", nil, 0o600); err != nil { panic(err) }", told: "outside of this session's folder"},
		"descriptor":     {answer: "import \"os\"\n" + e.Starter + "\nos.NewFile(3, \"link\").WriteString(\"x\")", told: "not open to submissions"},
	}
	for name, h := range hostile {
		hand(name, h.answer, h.extra)
	}
	hand("honest", e.Solution, "")
	all, _, _ := graded(t, folder, "--timeout", "8s", "--memory", "512MiB")
	for name, h := range hostile {
		s := all[name+".ipynb"]
		if s.Score != 0 {
			t.Errorf("%s scores %d", name, s.Score)
		}
		told := s.Error
		if len(s.Results) > 0 {
			told += strings.Join(s.Results[0].Reasons, "; ")
		}
		if told == "" || !strings.Contains(told, h.told) {
			t.Errorf("%s is told %q, want %q", name, told, h.told)
		}
	}
	if s := all["honest.ipynb"]; s.Score != 1 {
		t.Errorf("the honest one beside them has %+v", s)
	}
	if text, err := os.ReadFile(victim); err != nil || string(text) != "whole" {
		t.Errorf("the file outside is %q, %v", text, err)
	}
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), "lockstep-grade-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
