package client

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"syscall"

	"lockstep/kernel/protocol"
)

// isolate gives the kernel a process group of its own.
func isolate(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// kill ends the kernel.
func kill(p *os.Process) {
	_ = p.Kill() // it fails only when there is nothing left to kill
}

// privateConnection picks five free TCP ports. Another program may take one of
// them before the kernel does; then the kernel fails and says which.
func privateConnection() (dir string, connection protocol.ConnectionInfo, err error) {
	ports := make([]int, 5)
	for i := range ports {
		l, listenErr := net.Listen("tcp", "127.0.0.1:0")
		if listenErr != nil {
			return "", connection, listenErr
		}
		// All are held until the last is picked, so that they differ.
		defer func() { err = errors.Join(err, l.Close()) }()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	if dir, err = os.MkdirTemp("", "lockstep-"); err != nil {
		return "", connection, err
	}
	return dir, protocol.ConnectionInfo{
		Transport:       protocol.TCP,
		IP:              "127.0.0.1",
		ShellPort:       ports[0],
		IOPubPort:       ports[1],
		StdinPort:       ports[2],
		ControlPort:     ports[3],
		HeartbeatPort:   ports[4],
		Key:             protocol.NewID(),
		SignatureScheme: protocol.SignatureScheme,
	}, nil
}
