package wire

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience bounds every wait in these tests; nothing waits as long unless it fails.
const patience = 20 * time.Second

const loopback = "tcp://127.0.0.1:0"

func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func frames(parts ...string) Frames {
	f := make(Frames, len(parts))
	for i, p := range parts {
		f[i] = []byte(p)
	}
	return f
}

func show(f Frames) string { return fmt.Sprintf("%q", f) }

// want fails unless f has exactly these parts.
func want(t testing.TB, f Frames, parts ...string) {
	t.Helper()
	if !slices.EqualFunc(f, parts, func(b []byte, s string) bool { return string(b) == s }) {
		t.Fatalf("got %.300s, want %.300q", show(f), parts)
	}
}

type receiver interface {
	Recv(context.Context) (Frames, error)
}

func recv(t testing.TB, r receiver) Frames {
	t.Helper()
	f, err := r.Recv(within(t))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// linger is a context for Close that gives it all the time it may need.
func linger(t testing.TB) context.Context { return within(t) }

func listenRouter(t testing.TB, endpoint string, opts ...Option) *Router {
	t.Helper()
	r, err := ListenRouter(endpoint, opts...)
	check(t, err)
	t.Cleanup(func() { closeNow(r.Close) })
	return r
}

func listenPublisher(t testing.TB, endpoint string, welcome func([]byte) Frames, opts ...Option) *Publisher {
	t.Helper()
	p, err := ListenPublisher(endpoint, welcome, opts...)
	check(t, err)
	t.Cleanup(func() { closeNow(p.Close) })
	return p
}

func listenHeartbeat(t testing.TB, endpoint string, opts ...Option) *Heartbeat {
	t.Helper()
	h, err := ListenHeartbeat(endpoint, opts...)
	check(t, err)
	t.Cleanup(func() { h.Close() })
	return h
}

func closeNow(shut func(context.Context) error) {
	now, cancel := context.WithCancel(context.Background())
	cancel()
	shut(now)
}

func dialDealer(t testing.TB, endpoint, identity string) *Dealer {
	t.Helper()
	d, err := DialDealer(within(t), endpoint, []byte(identity))
	check(t, err)
	t.Cleanup(func() { d.Close() })
	return d
}

func dialSubscriber(t testing.TB, endpoint string, topics ...string) *Subscriber {
	t.Helper()
	s, err := DialSubscriber(within(t), endpoint, topics...)
	check(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// welcomed answers a subscription with the topic and "welcome".
func welcomed(topic []byte) Frames { return Frames{topic, []byte("welcome")} }

// logbook collects log lines.
type logbook struct {
	mu    sync.Mutex
	lines []string
	added chan struct{}
}

func newLogbook() *logbook { return &logbook{added: make(chan struct{}, 1)} }

func (b *logbook) logf(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, fmt.Sprintf(format, args...))
	select {
	case b.added <- struct{}{}:
	default:
	}
}

func (b *logbook) count(part string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, l := range b.lines {
		if strings.Contains(l, part) {
			n++
		}
	}
	return n
}

// await waits for a line with this in it.
func (b *logbook) await(t testing.TB, part string) {
	t.Helper()
	deadline := time.After(patience)
	for b.count(part) == 0 {
		select {
		case <-b.added:
		case <-deadline:
			b.mu.Lock()
			defer b.mu.Unlock()
			t.Fatalf("no line with %q; log:\n%s", part, strings.Join(b.lines, "\n"))
		}
	}
}

// The bytes of ZMTP 3.0, as a peer of ours would send them.

func greeting() []byte {
	g := make([]byte, 64)
	g[0], g[9], g[10] = 0xff, 0x7f, 3
	copy(g[12:], "NULL")
	return g
}

func property(name, value string) []byte {
	b := append([]byte{byte(len(name))}, name...)
	b = append(b, 0, 0, 0, byte(len(value)))
	return append(b, value...)
}

func frame(flags byte, body []byte) []byte {
	return append([]byte{flags, byte(len(body))}, body...)
}

func command(name string, body []byte) []byte {
	return frame(4, append(append([]byte{byte(len(name))}, name...), body...))
}

func ready(kind, identity string) []byte {
	return command("READY", append(property("Socket-Type", kind), property("Identity", identity)...))
}

func rawDial(t testing.TB, endpoint string) net.Conn {
	t.Helper()
	network, address, err := parseEndpoint(endpoint)
	check(t, err)
	conn, err := net.Dial(network, address)
	check(t, err)
	t.Cleanup(func() { conn.Close() })
	check(t, conn.SetDeadline(time.Now().Add(patience)))
	return conn
}

func write(t testing.TB, conn net.Conn, parts ...[]byte) {
	t.Helper()
	if _, err := conn.Write(bytes.Join(parts, nil)); err != nil {
		t.Fatal(err)
	}
}

// rawPeer is a connection that has sent a good handshake and read the other side's.
func rawPeer(t testing.TB, endpoint, kind, identity string) net.Conn {
	t.Helper()
	conn := rawDial(t, endpoint)
	write(t, conn, greeting(), ready(kind, identity))
	head := make([]byte, 64+2)
	readFull(t, conn, head)
	readFull(t, conn, make([]byte, head[65]))
	return conn
}

func readFull(t testing.TB, conn net.Conn, b []byte) {
	t.Helper()
	for n := 0; n < len(b); {
		m, err := conn.Read(b[n:])
		if err != nil {
			t.Fatalf("after %d of %d bytes: %v", n, len(b), err)
		}
		n += m
	}
}

// wantClosed fails unless the other side closes the connection.
func wantClosed(t testing.TB, conn net.Conn) {
	t.Helper()
	b := make([]byte, 4096)
	for {
		if _, err := conn.Read(b); err != nil {
			if e, ok := err.(net.Error); ok && e.Timeout() {
				t.Fatal("the connection is still open")
			}
			return
		}
	}
}
