package history_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"lockstep/kernel/history"
)

// notes are the lines of a store's log.
type notes struct {
	mu    sync.Mutex
	lines []string
}

func (n *notes) logf(format string, args ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines = append(n.lines, fmt.Sprintf(format, args...))
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.lines, "\n")
}

// open opens a store, to be closed with the test at the latest.
func open(t testing.TB, path string, log *notes) *history.Store {
	t.Helper()
	s := history.Open(path, log.logf)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// sound is open for a store that must have nothing to remark.
func sound(t testing.TB, path string) *history.Store {
	t.Helper()
	log := &notes{}
	t.Cleanup(func() {
		if text := log.String(); text != "" {
			t.Errorf("log: %s", text)
		}
	})
	return open(t, path, log)
}

func file(t testing.TB) string { return filepath.Join(t.TempDir(), "a folder?#%20", "history.sqlite") }

// add adds cells whose execution counts go on from first.
func add(s *history.Store, first int, codes ...string) {
	for i, code := range codes {
		s.Add(first+i, code, nil)
	}
}

// show writes entries as session/count code, one after the other.
func show(entries []history.Entry) string {
	var parts []string
	for _, e := range entries {
		part := fmt.Sprintf("%d/%d %s", e.Session, e.Count, e.Code)
		if e.Output != nil {
			part += " → " + *e.Output
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func want(t testing.TB, what string, entries []history.Entry, err error, expected string) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	} else if got := show(entries); got != expected {
		t.Errorf("%s: %s, want %s", what, got, expected)
	}
}

func TestTailRangeAndSearchSurviveTheKernel(t *testing.T) {
	path := file(t)
	s := sound(t, path)
	value := "42"
	add(s, 1, "a", "b[0]")
	s.Add(3, "6*7", &value)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = sound(t, path)
	found, err := s.Range(-1, 1, 0)
	want(t, "the session before, in a new life", found, err, "1/1 a, 1/2 b[0], 1/3 6*7 → 42")
	if err := s.Close(); err != nil { // nothing was run: it is no session
		t.Fatal(err)
	}
	s = sound(t, path)
	add(s, 1, "a", "c")

	tail := func(n int) ([]history.Entry, error) { return s.Tail(n) }
	for n, expected := range map[int]string{
		1: "2/2 c",
		3: "1/3 6*7 → 42, 2/1 a, 2/2 c",
		0: "1/1 a, 1/2 b[0], 1/3 6*7 → 42, 2/1 a, 2/2 c",
		9: "1/1 a, 1/2 b[0], 1/3 6*7 → 42, 2/1 a, 2/2 c",
	} {
		found, err := tail(n)
		want(t, fmt.Sprintf("tail %d", n), found, err, expected)
	}
	for _, c := range []struct {
		session, start, stop int
		expected             string
	}{
		{0, 1, 0, "2/1 a, 2/2 c"},
		{0, 2, 9, "2/2 c"},
		{-1, 2, 3, "1/2 b[0]"},
		{1, 1, 2, "1/1 a"},
		{-2, 1, 0, ""},
		{7, 1, 0, ""},
		{0, 5, 2, ""},
	} {
		found, err := s.Range(c.session, c.start, c.stop)
		want(t, fmt.Sprintf("range %+v", c), found, err, c.expected)
	}
	for _, c := range []struct {
		pattern  string
		n        int
		unique   bool
		expected string
	}{
		{"a", 0, false, "1/1 a, 2/1 a"},
		{"a", 0, true, "2/1 a"},
		{"", 2, false, "2/1 a, 2/2 c"},
		{"*", 2, true, "2/1 a, 2/2 c"},
		{"*[0]", 0, false, "1/2 b[0]"},
		{"?*?", 0, false, "1/2 b[0], 1/3 6*7 → 42"},
		{"A", 0, false, ""},
	} {
		found, err := s.Search(c.pattern, c.n, c.unique)
		want(t, fmt.Sprintf("search %+v", c), found, err, c.expected)
	}
}

func TestTheFileIsPrivate(t *testing.T) {
	path := file(t)
	s := sound(t, path)
	add(s, 1, "secret := 1")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	s = sound(t, path)
	if _, err := s.Tail(1); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != mode {
			t.Errorf("%s has the mode %v, want %v", name, got, mode)
		}
	}
}

// another runs a kernel in a process of its own, as locks on files are a
// process's: it adds n cells "new" and returns what it says of them.
func another(t testing.TB, path string, n int) (said string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "HISTORY_TEST_FILE="+path, fmt.Sprint("HISTORY_TEST_CELLS=", n))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return string(out)
}

// TestMain also is the process of another.
func TestMain(m *testing.M) {
	path := os.Getenv("HISTORY_TEST_FILE")
	if path == "" {
		os.Exit(m.Run())
	}
	n, _ := strconv.Atoi(os.Getenv("HISTORY_TEST_CELLS"))
	log := &notes{}
	s := history.Open(path, log.logf)
	for i := range n {
		add(s, i+1, "new")
		if i%10 == 0 {
			_, _ = s.Tail(1)
		}
	}
	found, err := s.Range(0, 1, 0)
	fmt.Println(len(found), err, errors.Join(err, s.Close()))
	fmt.Print(log)
}

func TestTwoKernelsShareAFile(t *testing.T) {
	path := file(t)
	const kernels, cells = 4, 50
	var writing sync.WaitGroup
	for range kernels {
		writing.Go(func() {
			if got, want := another(t, path, cells), fmt.Sprintln(cells, nil, nil); got != want {
				t.Errorf("a kernel says %s, want %s", got, want)
			}
		})
	}
	writing.Wait()
	s := sound(t, path)
	for session := 1; session <= kernels; session++ {
		found, err := s.Range(session, 1, 0)
		if err != nil || len(found) != cells {
			t.Errorf("session %d has %d cells, %v, want %d", session, len(found), err, cells)
		}
	}
}

// Each is what a file may have turned into.
var damages = map[string]func(sound []byte) []byte{
	"text":   func([]byte) []byte { return []byte(strings.Repeat("no database\n", 100)) },
	"cut":    func(b []byte) []byte { return b[:len(b)/2+100] },
	"zeroes": func(b []byte) []byte { clear(b[100:]); return b },
	"a byte": func(b []byte) []byte { b[4096]++; return b },
}

func TestADamagedFileIsPutAside(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			path := file(t)
			s := sound(t, path)
			for i := range 500 {
				add(s, i+1, strings.Repeat("cell ", 20))
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			bad := damage(content)
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}

			// Two kernels find it at the same time.
			var both sync.WaitGroup
			var said [2]string
			for i := range said {
				both.Go(func() { said[i] = another(t, path, 1) })
			}
			both.Wait()
			for _, text := range said {
				if !strings.HasPrefix(text, "1 <nil> <nil>\n") {
					t.Errorf("a kernel says %s, in all %q", text, said)
				}
			}
			if text := said[0] + said[1]; strings.Count(text, "is damaged, and now") != 1 {
				t.Errorf("log:\n%s", text)
			}
			if kept, err := os.ReadFile(path + ".damaged"); err != nil || string(kept) != string(bad) {
				t.Errorf("the damaged file isn't kept as it was: %v", err)
			}
			found, err := sound(t, path).Tail(0)
			want(t, "after that", found, err, "1/1 new, 2/1 new")
		})
	}
}

func TestAFileThatIsDamagedInUse(t *testing.T) {
	path := file(t)
	log := &notes{}
	s := open(t, path, log)
	add(s, 1, "before")
	if _, err := s.Tail(1); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	add(s, 2, "after")
	found, err := s.Tail(0)
	want(t, "in a new file", found, err, "1/2 after")
	if !strings.Contains(log.String(), "is damaged, and now") {
		t.Errorf("log: %s", log)
	}
}

func TestWithoutAUsableFileTheSessionIsKeptInMemory(t *testing.T) {
	folder := t.TempDir()
	newer := filepath.Join(folder, "newer.sqlite")
	s := sound(t, newer)
	add(s, 1, "x")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(newer)
	if err != nil {
		t.Fatal(err)
	}
	content[63]++ // the last byte of SQLite's user_version
	if err := os.WriteFile(newer, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, reason := range map[string]string{
		folder:                         "no file",
		filepath.Join(newer, "a file"): "directory",
		newer:                          "version 2",
	} {
		log := &notes{}
		s := open(t, path, log)
		add(s, 1, "kept")
		found, err := s.Tail(0)
		want(t, path, found, err, "1/1 kept")
		if text := log.String(); !strings.Contains(text, path) || !strings.Contains(text, reason) {
			t.Errorf("log: %s, want it to name %s and %q", text, path, reason)
		}
	}
	if kept, err := os.ReadFile(newer); err != nil || string(kept) != string(content) {
		t.Errorf("the newer version's file was changed: %v", err)
	}
}

func TestTheOldestCellsGoAndLongOnesStayOut(t *testing.T) {
	const most, more = 50, 10
	history.LimitCells(t, most) // before a store's own goroutine reads it
	path := file(t)
	s := sound(t, path)
	for i := range most + more {
		add(s, i+1, "x")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = sound(t, path)
	long := strings.Repeat("x", history.MaxOutput+1)
	s.Add(1, "long output", &long)
	s.Add(2, strings.Repeat("x", history.MaxCode+1), nil)
	found, err := s.Tail(0)
	if err != nil || len(found) != most+1 || found[0].Count != more+1 {
		t.Fatalf("%d cells are left, %v, want %d from %d on", len(found), err, most+1, more+1)
	}
	want(t, "the last", found[len(found)-1:], nil, "2/1 long output")
}

func TestAClosedStoreSaysSo(t *testing.T) {
	s := sound(t, "")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.Add(1, "lost", nil)
	if _, err := s.Tail(1); err != history.ErrClosed {
		t.Errorf("err = %v, want ErrClosed", err)
	}
}
