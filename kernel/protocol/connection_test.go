package protocol

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const connectionFile = `{
  "shell_port": 5001, "iopub_port": 5002, "stdin_port": 5003, "control_port": 5004, "hb_port": 5005,
  "ip": "127.0.0.1", "transport": "tcp", "key": "k", "signature_scheme": "hmac-sha256",
  "kernel_name": "lockstep", "something_new": {}
}`

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kernel.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadConnectionFile(t *testing.T) {
	info, err := ReadConnectionFile(write(t, connectionFile))
	if err != nil {
		t.Fatal(err)
	}
	for channel, want := range map[Channel]string{
		Shell: "tcp://127.0.0.1:5001", IOPub: "tcp://127.0.0.1:5002", Stdin: "tcp://127.0.0.1:5003",
		Control: "tcp://127.0.0.1:5004", Heartbeat: "tcp://127.0.0.1:5005", "other": "",
	} {
		if got := info.Endpoint(channel); got != want {
			t.Errorf("Endpoint(%s) = %q, want %q", channel, got, want)
		}
	}
	if info.Key != "k" {
		t.Errorf("key = %q", info.Key)
	}
	info.IP = "::1"
	if got := info.Endpoint(Shell); got != "tcp://[::1]:5001" {
		t.Errorf("IPv6 endpoint = %q", got)
	}
	info.Transport, info.IP = IPC, "/run/k"
	if got := info.Endpoint(Shell); got != "ipc:///run/k-5001" {
		t.Errorf("ipc endpoint = %q", got)
	}
}

func TestABadConnectionFileIsNamedWithItsField(t *testing.T) {
	change := func(old, new string) string {
		if !strings.Contains(connectionFile, old) {
			t.Fatalf("no %q in the connection file", old)
		}
		return strings.Replace(connectionFile, old, new, 1)
	}
	cases := []struct {
		name, text, field, says string
	}{
		{"empty", "", "", "empty"},
		{"cut off", connectionFile[:40], "", "broken JSON at 2:"},
		{"broken", "{\n  \"ip\": ,\n}", "", "broken JSON at 2:9"},
		{"a list", "[]", "", "not a JSON object"},
		{"null", "null", "transport", "missing"},
		{"no key", change(`"key": "k", `, ""), "key", "missing"},
		{"key is null", change(`"key": "k"`, `"key": null`), "key", "missing"},
		{"key is a number", change(`"key": "k"`, `"key": 5`), "key", "5 is not a text"},
		{"no shell_port", change(`"shell_port": 5001, `, ""), "shell_port", "missing"},
		{"port as text", change(`"hb_port": 5005`, `"hb_port": "5005"`), "hb_port", `"5005" is not a whole number`},
		{"port with a fraction", change(`5005`, `5.5`), "hb_port", "5.5 is not a whole number"},
		{"port 0", change(`5002`, `0`), "iopub_port", "port 0 is not between 1 and 65535"},
		{"port too high", change(`5003`, `65536`), "stdin_port", "port 65536 is not"},
		{"port negative", change(`5004`, `-1`), "control_port", "port -1 is not"},
		{"port twice", change(`5004`, `5001`), "control_port", "also that of shell_port"},
		{"unknown transport", change(`"tcp"`, `"udp"`), "transport", `unknown transport "udp"`},
		{"empty ip", change(`"127.0.0.1"`, `""`), "ip", "empty"},
		{"unknown scheme", change(`hmac-sha256`, `hmac-md5`), "signature_scheme", `unknown scheme "hmac-md5"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.text)
			_, err := ReadConnectionFile(path)
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q doesn't name the file or doesn't say %q", err, c.says)
			}
			var wrong *FieldError
			if errors.As(err, &wrong) != (c.field != "") || (wrong != nil && wrong.Field != c.field) {
				t.Errorf("%q doesn't blame field %q", err, c.field)
			}
		})
	}
	if _, err := ReadConnectionFile(filepath.Join(t.TempDir(), "none.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that isn't there: %v", err)
	}
}

func TestAnUnsignedConnectionNeedsNoScheme(t *testing.T) {
	text := strings.Replace(connectionFile, `"key": "k", "signature_scheme": "hmac-sha256"`, `"key": "", "signature_scheme": ""`, 1)
	if _, err := ReadConnectionFile(write(t, text)); err != nil {
		t.Error(err)
	}
}

func TestWriteFileIsPrivateAndReadsBack(t *testing.T) {
	info, err := ReadConnectionFile(write(t, connectionFile))
	if err != nil {
		t.Fatal(err)
	}
	// An older file that anybody can read must not lend its mode to the new one.
	path := filepath.Join(t.TempDir(), "内核 1.json")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := info.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if stat.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("mode = %v, others can read it", stat.Mode())
	}
	again, err := ReadConnectionFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if again != info {
		t.Errorf("read back %+v, want %+v", again, info)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("%d files are left, want 1", len(entries))
	}
	if err := (ConnectionInfo{}).WriteFile(path); err == nil {
		t.Error("an invalid connection was written")
	}
}
