package protocol

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

// The transports of a connection.
const (
	TCP = "tcp"
	IPC = "ipc" // Unix domain sockets; IP is a path and a port its numbered suffix
)

// ConnectionInfo is what a connection file holds: where the sockets of a kernel
// are and the key that signs the messages.
type ConnectionInfo struct {
	Transport     string `json:"transport"`
	IP            string `json:"ip"`
	ShellPort     int    `json:"shell_port"`
	IOPubPort     int    `json:"iopub_port"`
	StdinPort     int    `json:"stdin_port"`
	ControlPort   int    `json:"control_port"`
	HeartbeatPort int    `json:"hb_port"`
	// Key signs the messages. Empty means that they are not signed.
	Key             string `json:"key"`
	SignatureScheme string `json:"signature_scheme"`
}

// FieldError says which field of a connection is wrong.
type FieldError struct {
	Field string // by its name in the file, such as "shell_port"
	Err   error
}

func (e *FieldError) Error() string { return "field " + e.Field + ": " + e.Err.Error() }

func (e *FieldError) Unwrap() error { return e.Err }

// ReadConnectionFile reads and validates a connection file. Each error names the
// file; where a field is to blame it wraps a FieldError.
func ReadConnectionFile(path string) (ConnectionInfo, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return ConnectionInfo{}, fmt.Errorf("connection file: %w", err) // os names the path
	}
	info, err := ParseConnection(data)
	if err != nil {
		return ConnectionInfo{}, fmt.Errorf("connection file %s: %w", path, err)
	}
	return info, nil
}

// ParseConnection reads and validates what a connection file holds. Fields that
// it does not know are ignored. Only signature_scheme may be missing.
func ParseConnection(data []byte) (ConnectionInfo, error) {
	info := ConnectionInfo{SignatureScheme: SignatureScheme}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return info, describeJSON(data, err)
	}
	fields := []struct {
		name     string
		into     any
		optional bool
	}{
		{"transport", &info.Transport, false},
		{"ip", &info.IP, false},
		{"shell_port", &info.ShellPort, false},
		{"iopub_port", &info.IOPubPort, false},
		{"stdin_port", &info.StdinPort, false},
		{"control_port", &info.ControlPort, false},
		{"hb_port", &info.HeartbeatPort, false},
		{"key", &info.Key, false},
		{"signature_scheme", &info.SignatureScheme, true},
	}
	for _, f := range fields {
		value, found := raw[f.name]
		if !found || string(value) == "null" {
			if f.optional {
				continue
			}
			return info, &FieldError{f.name, errors.New("missing")}
		}
		if err := json.Unmarshal(value, f.into); err != nil {
			want := "a text"
			if _, number := f.into.(*int); number {
				want = "a whole number"
			}
			return info, &FieldError{f.name, fmt.Errorf("%s is not %s", value, want)}
		}
	}
	return info, info.Validate()
}

// describeJSON adds the line and column, which encoding/json leaves to its caller.
func describeJSON(data []byte, err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return errors.New("not a JSON object")
	}
	if len(data) == 0 {
		return errors.New("empty")
	}
	line, column := 1, 1
	for _, b := range data[:max(0, min(int(syntax.Offset)-1, len(data)))] {
		if b == '\n' {
			line, column = line+1, 0
		}
		column++
	}
	return fmt.Errorf("broken JSON at %d:%d: %w", line, column, err)
}

// ports returns the ports with the names that they have in a file.
func (c ConnectionInfo) ports() []struct {
	field   string
	channel Channel
	port    int
} {
	return []struct {
		field   string
		channel Channel
		port    int
	}{
		{"shell_port", Shell, c.ShellPort},
		{"iopub_port", IOPub, c.IOPubPort},
		{"stdin_port", Stdin, c.StdinPort},
		{"control_port", Control, c.ControlPort},
		{"hb_port", Heartbeat, c.HeartbeatPort},
	}
}

// Validate checks that a kernel can listen there and that the signature scheme
// is known. The error is a FieldError.
func (c ConnectionInfo) Validate() error {
	switch c.Transport {
	case TCP, IPC:
	default:
		return &FieldError{"transport", fmt.Errorf("unknown transport %q: tcp and ipc are known", c.Transport)}
	}
	if c.IP == "" {
		return &FieldError{"ip", errors.New("empty")}
	}
	taken := make(map[int]string)
	for _, p := range c.ports() {
		if p.port < 1 || p.port > 65535 {
			return &FieldError{p.field, fmt.Errorf("port %d is not between 1 and 65535", p.port)}
		}
		if other, twice := taken[p.port]; twice {
			return &FieldError{p.field, fmt.Errorf("port %d is also that of %s", p.port, other)}
		}
		taken[p.port] = p.field
	}
	if c.Key != "" && c.SignatureScheme != SignatureScheme {
		return &FieldError{"signature_scheme", fmt.Errorf("unknown scheme %q: only %s is known", c.SignatureScheme, SignatureScheme)}
	}
	return nil
}

// Endpoint returns the ZeroMQ endpoint of a channel, such as tcp://127.0.0.1:5001.
// It is empty for an unknown channel.
func (c ConnectionInfo) Endpoint(channel Channel) string {
	for _, p := range c.ports() {
		if p.channel != channel {
			continue
		}
		if c.Transport == IPC {
			return "ipc://" + c.IP + "-" + strconv.Itoa(p.port)
		}
		return c.Transport + "://" + net.JoinHostPort(c.IP, strconv.Itoa(p.port))
	}
	return ""
}

// WriteFile writes a connection file that only its owner can read: the key in it
// lets its reader run code. The file appears whole or not at all.
func (c ConnectionInfo) WriteFile(path string) error {
	if err := c.Validate(); err != nil {
		return fmt.Errorf("connection file %s: %w", path, err)
	}
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("connection file %s: %w", path, err)
	}
	// CreateTemp makes the file with mode 0600.
	temp, err := os.CreateTemp(filepath.Dir(path), ".connection-*")
	if err != nil {
		return fmt.Errorf("connection file: %w", err)
	}
	_, err = temp.Write(append(data, '\n'))
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("connection file: %w", err), os.Remove(temp.Name()))
	}
	return nil
}
