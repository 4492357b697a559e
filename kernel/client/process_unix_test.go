//go:build unix

package client_test

import (
	"syscall"
	"testing"
)

// A terminal sends Ctrl-C to the process group in its foreground.
func TestTheKernelIsOutOfCtrlCsReach(t *testing.T) {
	k := start(t)
	group, err := syscall.Getpgid(k.PID())
	if err != nil {
		t.Fatal(err)
	}
	if group == syscall.Getpgrp() {
		t.Error("the kernel is in this process's group")
	}
}
