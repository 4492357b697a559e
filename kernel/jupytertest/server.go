package jupytertest

import (
	"bufio"
	"net"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// serverURL is what a JupyterLab on the loopback address says of itself.
var serverURL = regexp.MustCompile(`http://127\.0\.0\.1:\d+/lab\?token=\w+`)

// ServerURL reads the log of a JupyterLab that was started with
// --ip=127.0.0.1 up to the line with its address, and returns that, with the
// token, when the server accepts connections. Where the log ends before, the
// test fails.
func ServerURL(t testing.TB, log *bufio.Scanner) string {
	t.Helper()
	var read strings.Builder
	for log.Scan() {
		read.WriteString(log.Text() + "\n")
		if address := serverURL.FindString(log.Text()); address != "" {
			awaitServer(t, address)
			return address
		}
	}
	t.Fatalf("JupyterLab ended before it was ready:\n%s", read.String())
	return ""
}

// awaitServer waits until the server at the address accepts connections: it
// logs its address before it listens, and says nothing when it does.
func awaitServer(t testing.TB, address string) {
	t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for deadline := time.Now().Add(time.Minute); ; <-retry.C {
		conn, err := net.Dial("tcp", at.Host)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("JupyterLab doesn't listen: %v", err)
		}
	}
}
