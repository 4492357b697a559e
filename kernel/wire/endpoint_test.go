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
	precious := filepath.Join(t.TempDir(), "file")
	check(t, os.WriteFile(precious, []byte("precious"), 0o600))
	for _, endpoint := range []string{
		"", "127.0.0.1:0", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:99999", "tcp://127.0.0.1:x",
		"udp://127.0.0.1:0", "ipc://", "ipc://@abstract", "ipc:///no/such/folder/socket",
		"ipc://" + precious, busy.Endpoint(),
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
	if b, err := os.ReadFile(precious); err != nil || string(b) != "precious" {
		t.Errorf("the file that was no socket: %q, %v", b, err)
	}
	if _, err := ListenPublisher(busy.Endpoint(), nil); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("listening twice: %v", err)
	}
	if _, err := ListenHeartbeat(busy.Endpoint()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("listening twice: %v", err)
	}
}

// file returns an ipc endpoint with a short path: the operating system allows about a hundred bytes.
func file(t testing.TB) (endpoint string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "wire")
	check(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	return "ipc://" + filepath.Join(dir, "s")
}

func TestIPC(t *testing.T) {
	endpoint := file(t)
	path := strings.TrimPrefix(endpoint, "ipc://")
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
	endpoint := file(t)
	path := strings.TrimPrefix(endpoint, "ipc://")
	crashed, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: path})
	check(t, err)
	crashed.SetUnlinkOnClose(false)
	check(t, crashed.Close())
	if _, err := os.Lstat(path); err != nil {
		t.Fatal(err)
	}
	wantServing(t, listenRouter(t, endpoint))
}
