package wire

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
)

// EndpointError reports an endpoint that can't be understood, listened on or reached.
type EndpointError struct {
	Op       string // "listen" or "dial"
	Endpoint string
	Err      error
}

func (e *EndpointError) Error() string {
	return fmt.Sprintf("wire: %s %s: %v", e.Op, e.Endpoint, e.Err)
}

// Unwrap returns the cause.
func (e *EndpointError) Unwrap() error { return e.Err }

// parseEndpoint splits a ZeroMQ endpoint into the network and address of package net.
func parseEndpoint(endpoint string) (network, address string, err error) {
	scheme, address, ok := strings.Cut(endpoint, "://")
	if !ok {
		return "", "", errors.New("want tcp://host:port or ipc://path")
	}
	switch scheme {
	case "tcp":
		if _, port, err := net.SplitHostPort(address); err != nil {
			return "", "", err
		} else if _, err := net.LookupPort("tcp", port); err != nil {
			return "", "", err
		}
		return "tcp", address, nil
	case "ipc":
		if address == "" || address[0] == '@' {
			// An abstract name has no file mode to keep other users out.
			return "", "", errors.New("ipc needs a file's path")
		}
		return "unix", address, nil
	}
	return "", "", fmt.Errorf("unknown transport %q: want tcp or ipc", scheme)
}

// listenEndpoint listens, and returns the endpoint with the port that was chosen for port 0.
func listenEndpoint(endpoint string) (net.Listener, string, error) {
	l, resolved, err := listenOn(endpoint)
	if err != nil {
		return nil, "", &EndpointError{"listen", endpoint, err}
	}
	return l, resolved, nil
}

func listenOn(endpoint string) (net.Listener, string, error) {
	network, address, err := parseEndpoint(endpoint)
	if err != nil {
		return nil, "", err
	}
	if network == "tcp" {
		l, err := net.Listen(network, address)
		if err != nil {
			return nil, "", err
		}
		return l, "tcp://" + l.Addr().String(), nil
	}
	lc := net.ListenConfig{Control: private}
	l, err := lc.Listen(context.Background(), network, address)
	if errors.Is(err, syscall.EADDRINUSE) {
		if err := removeStale(address); err != nil {
			return nil, "", err
		}
		l, err = lc.Listen(context.Background(), network, address)
	}
	if err != nil {
		return nil, "", err
	}
	// Where the mode couldn't be set before the file appeared, set it now.
	if err := os.Chmod(address, 0o600); err != nil {
		l.Close()
		return nil, "", err
	}
	return l, endpoint, nil
}

// removeStale unlinks the socket at path if whoever made it is gone.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s exists and is no socket", path)
	}
	conn, err := net.Dial("unix", path)
	if err == nil {
		conn.Close()
		return fmt.Errorf("somebody else listens there: %w", syscall.EADDRINUSE)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	return os.Remove(path)
}
