package kerneltest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// shared is where Main lets Binary keep what it has built.
var shared struct {
	sync.Mutex
	dir  string
	path string
}

// Main runs a package's tests with one build of the kernel for all of them, which
// it removes at the end:
//
//	func TestMain(m *testing.M) { os.Exit(kerneltest.Main(m)) }
func Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "lockstep-build-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	shared.dir = dir
	// History and progress are the user's; those of tests are not.
	if err := os.Setenv("XDG_DATA_HOME", filepath.Join(dir, "data")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// Binary builds the kernel and returns its path; with the race detector if this
// test has it. The build is shared in a package whose TestMain calls Main, and is
// the test's own elsewhere.
func Binary(t testing.TB) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.path != "" {
		return shared.path
	}
	dir := shared.dir
	if dir == "" {
		dir = t.TempDir()
	}
	path := filepath.Join(dir, "lockstep")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	args := []string{"build", "-o", path}
	if raceEnabled {
		args = append(args, "-race")
	}
	if output, err := exec.Command("go", append(args, "lockstep/kernel")...).CombinedOutput(); err != nil {
		t.Fatalf("building the kernel: %v\n%s", err, output)
	}
	if shared.dir != "" {
		shared.path = path
	}
	return path
}
