package atomicfile_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"lockstep/install/atomicfile"
)

func TestWriteReplacesWholeAndLeavesNothingElse(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "spec 文件.json")
	for _, content := range []string{"a longer first text", "short"} {
		if err := atomicfile.Write(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != content {
			t.Errorf("read %q, %v; want %q", got, err, content)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v; want the one file", entries, err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
		t.Errorf("the file is %v, %v; want it readable by all", info, err)
	}
}

func TestReplaceWhileTheProgramRuns(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "program.exe")
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(program, self, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=TestHelperEchoesLines")
	cmd.Env = append(os.Environ(), "LOCKSTEP_ECHO=1")
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer in.Close()
	lines := bufio.NewScanner(out)
	ask := func(word string) {
		t.Helper()
		if _, err := in.Write([]byte(word + "\n")); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() || lines.Text() != word {
			t.Fatalf("the program answered %q, want %q", lines.Text(), word)
		}
	}
	ask("before")
	if err := atomicfile.Write(program, []byte("new"), 0o755); err != nil {
		t.Fatal(err)
	}
	ask("after")
	if got, err := os.ReadFile(program); err != nil || string(got) != "new" {
		t.Errorf("the program's file holds %d bytes, %v; want the new content", len(got), err)
	}
}

// TestHelperEchoesLines is the program of TestReplaceWhileTheProgramRuns.
func TestHelperEchoesLines(t *testing.T) {
	if os.Getenv("LOCKSTEP_ECHO") == "" {
		t.Skip("runs as a child of another test")
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		os.Stdout.WriteString(lines.Text() + "\n")
	}
}
