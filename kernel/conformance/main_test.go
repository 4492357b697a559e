package main

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/jupytertest"
	"lockstep/kernel/worker"
)

// TestMain is a worker process where the engine has started the test so, or runs a
// program plainly.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "--plain" {
		if err := runPlain(os.Args[2]); err != nil {
			os.Exit(1)
		}
		return
	}
	if len(os.Args) == 2 && os.Args[1] == "--worker" {
		if err := worker.Main(context.Background()); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func programsDir(t *testing.T) string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(strings.TrimSpace(string(root)), "test")
	if _, err := os.Stat(dir); err != nil {
		jupytertest.Missing(t, "this distribution of Go comes without its test programs: %v", err)
	}
	return dir
}

// The programs on channels, interfaces and some of the small ones of the language's
// authors stand for all: they all pass. ken/chan is not among them: it has a data
// race of its own.
func TestAFixedPartPasses(t *testing.T) {
	dir := programsDir(t)
	programs, err := find(dir, `/(chan|interface)/|/ken/(cplx\d|embed|intervar|mfunc|ptrfun|range|slicearray|string|array)\.go`)
	if err != nil {
		t.Fatal(err)
	}
	if len(programs) < 30 {
		t.Fatalf("only %d programs: %v", len(programs), programs)
	}
	o := options{Timeout: time.Minute, Parallel: 2}
	for _, r := range o.runAll(programs) {
		if r.verdict != pass {
			t.Errorf("%s: %s: %s", r.path, r.verdict, r.reason)
		}
	}
}

var all = flag.Bool("all", false, "run all programs, for half an hour, and compare with the lists")

// What is listed does not pass, and what is not listed does. Without -all, those are
// run that are listed for something else than the time that they take.
func TestTheListsAreCurrent(t *testing.T) {
	o := options{Timeout: 20 * time.Second, Parallel: 2, Dir: programsDir(t)}
	var programs []string
	for _, list := range []map[string]string{unanswerable(), failing()} {
		for name, reason := range list {
			path := filepath.Join(o.Dir, name)
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s (%s): %v", name, reason, err)
			} else if !strings.HasPrefix(reason, "slow: ") {
				programs = append(programs, path)
			}
		}
	}
	if *all {
		o.Timeout = 5 * time.Minute
		var err error
		if programs, err = find(o.Dir, ""); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range o.unexpected(o.runAll(programs)) {
		t.Error(text)
	}
}

func TestThePlainInterpreterIsJudgedToo(t *testing.T) {
	dir := t.TempDir()
	o := options{Timeout: time.Minute}
	for name, program := range map[string]string{
		"prints":  "package main\nimport \"fmt\"\nfunc main() { fmt.Println(\"as wanted\") }\n",
		"differs": "package main\nfunc main() { println(\"otherwise\") }\n",
		"fails":   "package main\nimport (\"fmt\"; \"os\")\nfunc main() { fmt.Println(\"as wanted\"); os.Exit(3) }\n",
	} {
		path := filepath.Join(dir, name+".go")
		for file, text := range map[string]string{path: program, outFile(path): "as wanted\n"} {
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got := o.plain(path); got != (name == "prints") {
			t.Errorf("%s: passes %v", name, got)
		}
	}
}
