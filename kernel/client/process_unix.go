//go:build unix

package client

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"lockstep/kernel/protocol"
)

// isolate gives the kernel a process group of its own.
func isolate(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// kill ends the kernel and what it started.
func kill(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL) // it fails only when there is nothing left to kill
}

// maxSocketPath is the longest path of a Unix domain socket that all systems take.
const maxSocketPath = 100

// privateConnection makes a connection over sockets in a new directory that only
// this user can enter. Unlike TCP ports nobody else can take these meanwhile.
func privateConnection() (dir string, connection protocol.ConnectionInfo, err error) {
	const pattern = "lockstep-"
	parent := os.TempDir()
	if len(filepath.Join(parent, pattern+"0123456789", "kernel-5")) > maxSocketPath {
		parent = "/tmp"
	}
	if dir, err = os.MkdirTemp(parent, pattern); err != nil {
		return "", connection, err
	}
	return dir, protocol.ConnectionInfo{
		Transport:       protocol.IPC,
		IP:              filepath.Join(dir, "kernel"),
		ShellPort:       1,
		IOPubPort:       2,
		StdinPort:       3,
		ControlPort:     4,
		HeartbeatPort:   5,
		Key:             protocol.NewID(),
		SignatureScheme: protocol.SignatureScheme,
	}, nil
}
