//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// forbidWriting makes cmd one that may not write to the folder bin in prefix.
// Permissions don't bind root, who therefore runs it as another user.
func forbidWriting(t *testing.T, cmd *exec.Cmd, prefix string) {
	t.Helper()
	if os.Geteuid() != 0 {
		bin := filepath.Join(prefix, "bin")
		if err := os.Chmod(bin, 0o500); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(bin, 0o700) })
		return
	}
	const nobody = 65534
	shared := t.TempDir()
	program, err := os.ReadFile(cmd.Path)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Path = filepath.Join(shared, "install")
	if err := os.WriteFile(cmd.Path, program, 0o755); err != nil {
		t.Fatal(err)
	}
	// The temporary folders of tests are closed to others.
	for _, dir := range []string{filepath.Dir(shared), filepath.Dir(filepath.Dir(prefix))} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd.Dir = shared
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
}
