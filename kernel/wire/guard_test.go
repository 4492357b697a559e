package wire

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

func longFrame(flags byte, announced uint64, body []byte) []byte {
	head := binary.BigEndian.AppendUint64([]byte{flags | flagLong}, announced)
	return append(head, body...)
}

func longProperty(name string, value []byte) []byte {
	b := append([]byte{byte(len(name))}, name...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
	return append(b, value...)
}

func longCommand(name string, body []byte) []byte {
	b := append(append([]byte{byte(len(name))}, name...), body...)
	return longFrame(flagCommand, uint64(len(b)), b)
}

func with(b []byte, at int, value byte) []byte {
	b = bytes.Clone(b)
	b[at] = value
	return b
}

// badHandshakes never make a peer; each comes with what the log says.
var badHandshakes = map[string]struct {
	bytes []byte
	log   string
}{
	"HTTP":                  {[]byte("GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: a browser that lost its way\r\n\r\n"), "greeting"},
	"ZMTP 2":                {with(greeting(), 10, 2), "version"},
	"another mechanism":     {with(greeting(), 12, 'X'), "mechanism"},
	"message first":         {join(greeting(), frame(0, []byte("hello"))), "no command"},
	"READY with more":       {join(greeting(), with(ready("DEALER", ""), 0, flagCommand|flagMore)), "no command"},
	"READY of 2^40 bytes":   {join(greeting(), longFrame(flagCommand, 1<<40, nil)), "announces 1099511627776"},
	"READY of 2^62 bytes":   {join(greeting(), longFrame(flagCommand, 1<<62, nil)), "announces"},
	"READY of 2^64-1 bytes": {join(greeting(), longFrame(flagCommand, 1<<64-1, nil)), "announces"},
	"another command":       {join(greeting(), command("HELLO", nil)), "command"},
	"empty command":         {join(greeting(), frame(flagCommand, nil)), "EOF"},
	"truncated name":        {join(greeting(), frame(flagCommand, []byte("\x20READY"))), "command"},
	"truncated property":    {join(greeting(), command("READY", []byte("\x0bSocket-Type\x00"))), "malformed"},
	"property beyond end":   {join(greeting(), command("READY", []byte("\x0bSocket-Type\x7f\xff\xff\xffROUTER"))), "EOF"},
	"no socket type":        {join(greeting(), command("READY", nil)), "malformed"},
	"unknown socket type":   {join(greeting(), ready("TELEPHONE", "")), "TELEPHONE"},
	"wrong socket type":     {join(greeting(), ready("PULL", "")), "PULL"},
	"identity of 256 bytes": {join(greeting(), longCommand("READY", join(property("Socket-Type", "DEALER"), longProperty("Identity", make([]byte, 256))))), "256 bytes"},
	"reserved identity":     {join(greeting(), ready("DEALER", "\x00abc")), "zero byte"},
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestBadHandshakeClosesThatConnectionOnly(t *testing.T) {
	log := newLogbook()
	r := listenRouter(t, loopback, Logf(log.logf))
	for name, bad := range badHandshakes {
		t.Run(name, func(t *testing.T) {
			before := log.count("refused")
			allocated := allocation(func() {
				conn := rawDial(t, r.Endpoint())
				write(t, conn, bad.bytes)
				wantClosed(t, conn)
			})
			log.await(t, bad.log)
			if n := log.count("refused") - before; n != 1 {
				t.Errorf("%d lines in the log, want 1", n)
			}
			if allocated > 4<<20 {
				t.Errorf("it cost %d bytes of memory", allocated)
			}
		})
	}
	wantServing(t, r)
}

// badTraffic follows a good handshake of a DEALER.
var badTraffic = map[string]struct {
	bytes []byte
	log   string
}{
	"frame of 2^40 bytes":      {longFrame(0, 1<<40, nil), "announces 1099511627776"},
	"frame of 2^62 bytes":      {longFrame(0, 1<<62, nil), "announces"},
	"frame of 2^64-1 bytes":    {longFrame(0, 1<<64-1, nil), "announces"},
	"frame beyond MaxFrame":    {longFrame(0, 1<<16+1, nil), "more than 65536"},
	"command beyond MaxFrame":  {longFrame(flagCommand, 1<<16+1, nil), "more than 65536"},
	"message beyond the bound": {bytes.Repeat(longFrame(flagMore, 1<<15, make([]byte, 1<<15)), 9), "message of more than 262144"},
	"endless empty frames":     {bytes.Repeat(frame(flagMore, nil), 5000), "message of more than 262144"},
	"reserved flags":           {frame(0x10, []byte("x")), "reserved flags"},
	"command with more":        {with(command("PING", make([]byte, 2)), 0, flagCommand|flagMore), "command inside"},
	"command in a message":     {join(frame(flagMore, nil), command("PING", make([]byte, 2))), "command inside"},
	"nameless command":         {frame(flagCommand, []byte{0, 1}), "without a name"},
	"empty command frame":      {frame(flagCommand, nil), "without a name"},
	"truncated command name":   {frame(flagCommand, []byte("\x09PING")), "without a name"},
	"PING without its time":    {command("PING", []byte{0}), "PING"},
	"PING with a long context": {command("PING", make([]byte, 19)), "PING"},
}

func TestBadTrafficClosesThatConnectionOnly(t *testing.T) {
	for name, bad := range badTraffic {
		t.Run(name, func(t *testing.T) {
			log := newLogbook()
			r := listenRouter(t, loopback, MaxFrame(1<<16), MaxMessage(1<<18), Logf(log.logf))
			conn := rawPeer(t, r.Endpoint(), "DEALER", "bad")
			allocated := allocation(func() {
				// The other side may close before it has taken everything.
				conn.Write(bad.bytes)
				wantClosed(t, conn)
			})
			log.await(t, bad.log)
			if n := log.count(`peer "bad"`); n != 1 {
				t.Errorf("%d lines in the log, want 1", n)
			}
			if allocated > 8<<20 {
				t.Errorf("it cost %d bytes of memory", allocated)
			}
			wantServing(t, r)
		})
	}
}

func TestAnnouncedLengthAllocatesNothing(t *testing.T) {
	r := listenRouter(t, loopback)
	const peers = 16
	allocated := allocation(func() {
		for range peers {
			conn := rawPeer(t, r.Endpoint(), "DEALER", "")
			write(t, conn, longFrame(0, 100<<20, []byte("just this")))
			check(t, conn.(*net.TCPConn).CloseWrite())
			wantClosed(t, conn)
		}
	})
	if allocated > peers*2<<20 {
		t.Errorf("%d peers that announced 100 MiB cost %d bytes of memory", peers, allocated)
	}
}

func TestMessagesUpToTheBoundArrive(t *testing.T) {
	const most = 5 << 20 // more than a step of allocation
	r := listenRouter(t, loopback, MaxFrame(most), MaxMessage(2*(most+frameOverhead)))
	d := dialDealer(t, r.Endpoint(), "d")
	big := strings.Repeat("0123456789abcdef", most/16)
	check(t, d.Send(within(t), frames(big, big)))
	if f := recv(t, r); len(f) != 3 || string(f[1]) != big || string(f[2]) != big {
		t.Fatal("the largest message didn't arrive whole")
	}
}

func TestDefaultBounds(t *testing.T) {
	for kind, c := range map[string]struct {
		listen func(...Option) string
		bound  uint64
	}{
		"DEALER": {func(o ...Option) string { return listenRouter(t, loopback, o...).Endpoint() }, 128 << 20},
		"SUB":    {func(o ...Option) string { return listenPublisher(t, loopback, welcomed, o...).Endpoint() }, 64 << 10},
		"REQ":    {func(o ...Option) string { return listenHeartbeat(t, loopback, o...).Endpoint() }, 64 << 10},
	} {
		for what, flags := range map[string]byte{"message": 0, "command": flagCommand} {
			log := newLogbook()
			conn := rawPeer(t, c.listen(Logf(log.logf)), kind, "")
			write(t, conn, longFrame(flags, c.bound+1, nil))
			wantClosed(t, conn)
			log.await(t, "announces")
			if log.count(fmt.Sprintf("announces %d bytes, more than %d", c.bound+1, c.bound)) != 1 {
				t.Errorf("the first byte too many of a %s's %s isn't named", kind, what)
			}
		}
	}
}

// allocation returns how many bytes the process allocated during f.
func allocation(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// wantServing fails unless a well-behaved peer gets through to r.
func wantServing(t testing.TB, r *Router) {
	t.Helper()
	d, err := DialDealer(within(t), r.Endpoint(), []byte("good"))
	check(t, err)
	defer d.Close()
	check(t, d.Send(within(t), frames("are you there?")))
	for {
		if f := recv(t, r); string(f[0]) == "good" {
			want(t, f, "good", "are you there?")
			return
		}
	}
}

func TestFailedHandshakeLeavesNothingOpen(t *testing.T) {
	descriptors := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("no /proc to count descriptors in")
		}
		return len(entries)
	}
	r := listenRouter(t, loopback)
	attempt := func() {
		conn := rawDial(t, r.Endpoint())
		write(t, conn, badHandshakes["HTTP"].bytes)
		wantClosed(t, conn)
		check(t, conn.Close())
	}
	attempt()
	before := descriptors()
	for range 100 {
		attempt()
	}
	if after := descriptors(); after > before {
		t.Errorf("%d descriptors before 100 failed handshakes, %d after", before, after)
	}
}

func TestSilentConnections(t *testing.T) {
	log := newLogbook()
	r := listenRouter(t, loopback, HandshakeTimeout(50*time.Millisecond), Logf(log.logf))
	var silent []net.Conn
	for range 8 {
		silent = append(silent, rawDial(t, r.Endpoint()))
	}
	half := rawDial(t, r.Endpoint())
	write(t, half, greeting())
	silent = append(silent, half)
	wantServing(t, r)
	for _, conn := range silent {
		wantClosed(t, conn)
	}
	log.await(t, "timeout")
}

func TestSilentConnectionDelaysNeitherPeersNorClose(t *testing.T) {
	r := listenRouter(t, loopback, HandshakeTimeout(time.Hour))
	conn := rawDial(t, r.Endpoint())
	wantServing(t, r)
	check(t, r.Close(linger(t)))
	wantClosed(t, conn)
}

// FuzzPeer sends bytes to each kind of socket, as they are or after a good handshake. A panic would end the process.
func FuzzPeer(f *testing.F) {
	for _, bad := range badHandshakes {
		f.Add(false, bad.bytes)
	}
	for _, bad := range badTraffic {
		f.Add(true, bad.bytes)
	}
	f.Add(true, join(subscribe("a"), subscribe("a"), unsubscribe("a"), command("SUBSCRIBE", nil)))
	f.Add(true, join(command("PING", []byte("\x00\x01context")), frame(flagMore, nil), frame(0, []byte("echo"))))

	// Files rather than ports, of which so many connections would use up all.
	router, publisher, heartbeat := listenRouter(f, file(f)), listenPublisher(f, file(f), welcomed), listenHeartbeat(f, file(f))
	ctx, cancel := context.WithCancel(context.Background())
	f.Cleanup(cancel)
	go func() {
		for {
			m, err := router.Recv(ctx)
			if err != nil {
				return
			}
			router.Send(m)
		}
	}()
	f.Fuzz(func(t *testing.T, handshaken bool, data []byte) {
		allocated := allocation(func() {
			for endpoint, kind := range map[string]string{
				router.Endpoint(): "DEALER", publisher.Endpoint(): "SUB", heartbeat.Endpoint(): "REQ",
			} {
				conn := rawDial(t, endpoint)
				if handshaken {
					write(t, conn, greeting(), ready(kind, ""))
				}
				conn.Write(data)
				conn.(*net.UnixConn).CloseWrite()
				wantClosed(t, conn)
				conn.Close()
			}
		})
		// Buffers and at most a step ahead for each connection, and what came, a few times over for the many small
		// pieces that it may fall into.
		if bound := uint64(8<<20 + 256*len(data)); allocated > bound {
			t.Errorf("%d bytes sent cost %d bytes of memory", len(data), allocated)
		}
	})
}
