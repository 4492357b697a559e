package run_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/notebook"
)

// code and text make cells.
func code(source string, tags ...string) *notebook.Cell {
	cell := &notebook.Cell{Type: notebook.Code, Source: source}
	if tags != nil {
		if err := cell.Metadata.Set("tags", tags); err != nil {
			panic(err)
		}
	}
	return cell
}

func text(source string) *notebook.Cell {
	return &notebook.Cell{Type: notebook.Markdown, Source: source}
}

// book writes a notebook into a folder of its own, whose path is not an easy one.
func book(t *testing.T, cells ...*notebook.Cell) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "我的 课程", "第 1 课.ipynb")
	if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := (&notebook.Notebook{Minor: 4, Cells: cells}).Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) *notebook.Notebook {
	t.Helper()
	nb, err := notebook.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return nb
}

// patience bounds what a test waits for something that should come at once.
const patience = time.Minute

func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), kerneltest.Binary(t), args...)
	cmd.Env = append(os.Environ(), "TERM=xterm", "NO_COLOR=")
	cmd.WaitDelay = patience
	return cmd
}

// result is what a command without a terminal has left.
type result struct {
	stdout, stderr string
	code           int
}

func lockstep(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := command(t, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// steady takes the times out of what was printed.
func steady(text string) string {
	text = regexp.MustCompile(`\b\d+\.\d\ds`).ReplaceAllString(text, "0.00s")
	return regexp.MustCompile(`\b\d+\.\d s`).ReplaceAllString(text, "0.0 s")
}

func TestANotebookIsToldInPlainLines(t *testing.T) {
	path := book(t,
		text("# 互斥锁\n\nSome words."),
		code(`import ("fmt"; "os")`),
		code(`fmt.Print("10%\r"); fmt.Println("50%")`),
		code(`fmt.Fprintln(os.Stderr, "careful")`),
		code(" \n"),
		text("words without a heading"),
		text("## 死锁\n"),
		code("x := 6\nx * 7"),
		code(`panic("boom")`, "raises-exception"),
		code(`fmt.Scanln()`, "nbval-skip"),
		code(`fmt.Print("no line feed")`),
	)
	got := lockstep(t, "run", path)
	want := `# 互斥锁
[1/7] In[1] ok 0.00s
50%
[2/7] In[2] ok 0.00s
careful
[3/7] In[3] ok 0.00s

## 死锁
Out[4]: 42
[4/7] In[4] ok 0.00s
TRACEBACK
[5/7] In[5] ok 0.00s, panic: boom as its tag allows
[6/7] skipped: it asks for input, and there is no terminal to ask on
no line feed
[7/7] In[6] ok 0.00s

7 cells, 6 ok, 1 skipped, 0.0 s
`
	printed := regexp.MustCompile(`(?s)(\[4/7\][^\n]*\n).*panic.*boom.*?(\[5/7\])`).ReplaceAllString(steady(got.stdout), "${1}TRACEBACK\n$2")
	if got.code != 0 || got.stderr != "" || printed != want {
		t.Errorf("exit code %d, stderr %q, printed\n%s\n(in full\n%s)", got.code, got.stderr, printed, got.stdout)
	}
}

func TestAFailingCellEndsTheRun(t *testing.T) {
	path := book(t, code(`println("one")`), code("undefinedName"), code(`println("three")`))
	// What an earlier run has left must not look like this one's.
	old := read(t, path)
	old.Cells[2].ExecutionCount = 9
	old.Cells[2].Outputs = []notebook.Output{&notebook.Stream{Name: "stdout", Text: "old"}}
	if err := old.Write(path); err != nil {
		t.Fatal(err)
	}
	output := filepath.Join(t.TempDir(), "结果 1.ipynb")
	got := lockstep(t, "run", path, "-o", output)
	if got.code != 1 || !strings.HasPrefix(got.stderr, "lockstep: "+path+": In[2]: compile error: ") {
		t.Errorf("exit code %d, stderr %q", got.code, got.stderr)
	}
	if !strings.Contains(got.stdout, "one\n[1/3] In[1] ok") || !strings.Contains(got.stdout, "[2/3] In[2] failed: compile error") ||
		!strings.Contains(got.stdout, "undefinedName") || !strings.Contains(got.stdout, "\n3 cells, 1 ok, 1 failed, 1 not run, ") {
		t.Errorf("printed\n%s", got.stdout)
	}
	cells := read(t, output).Cells
	failure, ok := cells[1].Outputs[0].(*notebook.ErrorOutput)
	if !ok || failure.Name != "compile error" || cells[1].ExecutionCount != 2 {
		t.Errorf("the failing cell was saved as %+v", cells[1])
	}
	if cells[2].ExecutionCount != 0 || len(cells[2].Outputs) != 0 {
		t.Errorf("the cell that did not run was saved as %+v", cells[2])
	}
}

func TestTheExecutedNotebookIsSaved(t *testing.T) {
	path := book(t,
		text("# t"),
		code(`import "fmt"; for i := range 3 { fmt.Println("line", i) }`),
		code(`6 * 7`),
	)
	got := lockstep(t, "run", "-o", path, path)
	if got.code != 0 {
		t.Fatalf("exit code %d: %s", got.code, got.stderr)
	}
	nb := read(t, path)
	if n := len(nb.Cells[1].Outputs); n != 1 {
		t.Fatalf("%d outputs where a front end has one", n)
	}
	if s := nb.Cells[1].Outputs[0].(*notebook.Stream); s.Name != "stdout" || s.Text != "line 0\nline 1\nline 2\n" {
		t.Errorf("saved %+v", s)
	}
	value := nb.Cells[2].Outputs[0].(*notebook.ExecuteResult)
	if text, _ := value.Data.Text("text/plain"); text != "42" || value.ExecutionCount != 2 || nb.Cells[2].ExecutionCount != 2 {
		t.Errorf("saved %+v in %+v", value, nb.Cells[2])
	}
	if nb.Language() != "go" {
		t.Error("the notebook doesn't say which language it is in")
	}
}

func TestAPageOfTheExecutedNotebookIsSaved(t *testing.T) {
	page := filepath.Join(t.TempDir(), "页.html")
	got := lockstep(t, "run", "--html", page, book(t, text("# Six by seven"), code(`6 * 7`), code("nothing")))
	if got.code != 1 {
		t.Fatalf("exit code %d: %s", got.code, got.stderr)
	}
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<title>Six by seven</title>", "Out[1]", ">42", "undefined: nothing"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the page has no %q", want)
		}
	}
}

func TestCellsRunInTheNotebooksFolder(t *testing.T) {
	path := book(t, code(`import ("fmt"; "os")`), code(`data, err := os.ReadFile("数 据.txt"); fmt.Println(string(data), err)`))
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "数 据.txt"), []byte("here"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := lockstep(t, "run", path); !strings.Contains(got.stdout, "here <nil>\n") {
		t.Errorf("printed\n%s%s", got.stdout, got.stderr)
	}
}

func TestACellMayTakeOnlySoLong(t *testing.T) {
	output := filepath.Join(t.TempDir(), "o.ipynb")
	got := lockstep(t, "run", "--timeout", "300ms", "-o", output, book(t, code("for {}"), code("1")))
	if got.code != 1 || !strings.Contains(got.stderr, "In[1]: it took longer than 300ms") {
		t.Errorf("exit code %d, stderr %q", got.code, got.stderr)
	}
	if cell := read(t, output).Cells[0]; cell.ExecutionCount != 1 {
		t.Errorf("saved %+v", cell)
	}
}

func TestAKernelThatDiesIsTold(t *testing.T) {
	output := filepath.Join(t.TempDir(), "o.ipynb")
	path := book(t, code(`import ("os"; "fmt"); fmt.Println("last words")`), code(`p, _ := os.FindProcess(os.Getppid()); p.Kill(); select {}`))
	got := lockstep(t, "run", "-o", output, path)
	if got.code != 1 || !strings.Contains(got.stderr, "In[2]: the kernel ") || !strings.Contains(got.stderr, "killed") {
		t.Errorf("exit code %d, stderr %q", got.code, got.stderr)
	}
	if s, ok := read(t, output).Cells[0].Outputs[0].(*notebook.Stream); !ok || s.Text != "last words\n" {
		t.Errorf("saved %+v", read(t, output).Cells[0])
	}
}

func TestWhatCanNotRunIsRefused(t *testing.T) {
	python := &notebook.Notebook{Minor: 5}
	if err := python.Metadata.Set("kernelspec", map[string]string{"language": "python"}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	foreign, broken, good := filepath.Join(dir, "py.ipynb"), filepath.Join(dir, "broken.ipynb"), book(t)
	if err := python.Write(foreign); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(broken, []byte("{\n\"cells\": ["), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"run", foreign}, 1, "lockstep: " + foreign + ": its cells are python, not Go\n"},
		{[]string{"run", broken}, 1, "lockstep: " + broken + ":2:11: not JSON: the file ends too early; it seems cut short\n"},
		{[]string{"run", dir}, 1, "lockstep: " + dir + ": is a directory\n"},
		{[]string{"run", filepath.Join(dir, "no.ipynb")}, 1, "lockstep: " + filepath.Join(dir, "no.ipynb") + ": no such file or directory\n"},
		{[]string{"run", good, "-o", filepath.Join(dir, "no", "o.ipynb")}, 1, "there is no folder " + filepath.Join(dir, "no") + "\n"},
		{[]string{"run"}, 2, "lockstep: expected \"<notebook>\"\n"},
		{[]string{"run", good, "--timeout", "soon"}, 2, "--timeout"},
		{[]string{"run", good, "--timeout=-1s"}, 2, "less than nothing"},
		{[]string{"fly"}, 2, "lockstep: unexpected argument fly"},
		{[]string{"serve"}, 2, "lockstep: missing flags: --file=FILE\n"},
		{[]string{"serve", "-f", broken}, 1, broken},
	} {
		got := lockstep(t, test.args...)
		if got.code != test.code || !strings.Contains(got.stderr, test.want) || got.stdout != "" {
			t.Errorf("%q: exit code %d, stderr %q, stdout %q", test.args, got.code, got.stderr, got.stdout)
		}
	}
	if got := lockstep(t, "run", good); got.code != 0 || steady(got.stdout) != "0 cells, 0 ok, 0.0 s\n" {
		t.Errorf("a notebook without cells: %+v", got)
	}
}
