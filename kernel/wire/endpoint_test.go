package wire

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestEndpointErrorsNameTheEndpoint(t *testing.T) {
	busy := listenRouter(t, loopback)
	file := filepath.Join(t.TempDir(), "file")
	check(t, os.WriteFile(file, []byte("precious"), 0o600))
	for _, endpoint := range []string{
		"", "127.0.0.1:0", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:99999", "tcp://127.0.0.1:x",
		"udp://127.0.0.1:0", "ipc://", "ipc://@abstract", "ipc:///no/such/folder/socket",
		"ipc://" + file, busy.Endpoint(),
	} {
		r, err := ListenRouter(endpoint)
		if err == nil {
			r.Close(within(t))
			t.Errorf("%q was listened on", endpoint)
			continue
		}
		var named *EndpointError
		if !errors.As(err, &named) || named.Endpoint != endpoint || !strings.Contains(err.Error(), endpoint) {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "precious" {
		t.Errorf("the file that was no socket: %q, %v", b, err)
	}
	if _, err := ListenPublisher(busy.Endpoint(), nil); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("listening twice: %v", err)
	}
	if _, err := ListenHeartbeat(busy.Endpoint()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("listening twice: %v", err)
	}
}

// ipc returns an endpoint with a short path: the operating system allows about a hundred bytes.
func ipc(t testing.TB) (endpoint, path string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "wire")
	check(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	path = filepath.Join(dir, "s")
	return "ipc://" + path, path
}

func TestIPC(t *testing.T) {
	endpoint, path := ipc(t)
	r := listenRouter(t, endpoint)
	if r.Endpoint() != endpoint {
		t.Errorf("Endpoint() = %q, want %q", r.Endpoint(), endpoint)
	}
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		check(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("the socket's mode is %v, want 0600", info.Mode().Perm())
		}
	}
	d := dialDealer(t, endpoint, "d")
	check(t, d.Send(within(t), frames("over a file")))
	want(t, recv(t, r), "d", "over a file")
	check(t, r.Send(frames("d", "and back")))
	want(t, recv(t, d), "and back")

	if _, err := ListenRouter(endpoint); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("a second listener got %v", err)
	}
	check(t, d.Send(within(t), frames("still here")))
	want(t, recv(t, r), "d", "still here")

	check(t, r.Close(linger(t)))
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after Close the file is still there: %v", err)
	}
}

func TestStaleIPCFileIsReplaced(t *testing.T) {
	endpoint, path := ipc(t)
	crashed, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: path})
	check(t, err)
	crashed.SetUnlinkOnClose(false)
	check(t, crashed.Close())
	if _, err := os.Lstat(path); err != nil {
		t.Fatal(err)
	}
	wantServing(t, listenRouter(t, endpoint))
}
