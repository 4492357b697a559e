package wire

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"testing"
	"time"
)

func TestPingIsAnsweredWithItsContext(t *testing.T) {
	r, p, h := listenRouter(t, loopback), listenPublisher(t, loopback, nil), listenHeartbeat(t, loopback)
	for endpoint, kind := range map[string]string{r.Endpoint(): "DEALER", p.Endpoint(): "SUB", h.Endpoint(): "REQ"} {
		conn := rawPeer(t, endpoint, kind, "")
		for _, ctx := range []string{"", "x", "sixteen bytes ok"} {
			write(t, conn, command("PING", append([]byte{0, 10}, ctx...)))
			pong := command("PONG", []byte(ctx))
			got := make([]byte, len(pong))
			if readFull(t, conn, got); string(got) != string(pong) {
				t.Errorf("%s: a PING with context %q was answered with %q", kind, ctx, got)
			}
		}
	}
}

func TestPongsDontCutMessages(t *testing.T) {
	r := listenRouter(t, loopback)
	conn := rawPeer(t, r.Endpoint(), "DEALER", "d")
	write(t, conn, frame(0, []byte("hi")))
	recv(t, r)
	const n = 2000
	failed := make(chan error, 2)
	go func() {
		for i := range n {
			if err := r.Send(frames("d", fmt.Sprint(i), "a", "b", "c")); err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	go func() {
		for range n {
			if _, err := conn.Write(command("PING", []byte("\x00\x00ctx"))); err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	in := bufio.NewReader(conn)
	for messages, pongs := 0, 0; messages < n || pongs < n; {
		m, err := readMessage(in, 1<<20, 1<<20)
		check(t, err)
		if m.command != "" {
			if m.command != "PONG" || string(m.body) != "ctx" {
				t.Fatalf("got the command %s %q", m.command, m.body)
			}
			pongs++
			continue
		}
		want(t, m.frames, fmt.Sprint(messages), "a", "b", "c")
		messages++
	}
	check(t, <-failed)
	check(t, <-failed)
}

func TestAskingWithoutReadingIsBounded(t *testing.T) {
	request := map[string][]byte{
		"PING":      command("PING", make([]byte, 18)),
		"echo":      frame(0, make([]byte, 200)),
		"subscribe": subscribe("again"),
	}
	for name, ask := range request {
		t.Run(name, func(t *testing.T) {
			log := newLogbook()
			opts := []Option{HighWaterMark(1 << 16), StallLimit(50 * time.Millisecond), Logf(log.logf)}
			var conn net.Conn
			if name == "subscribe" {
				conn = rawPeer(t, listenPublisher(t, loopback, welcomed, opts...).Endpoint(), "SUB", "")
			} else {
				conn = rawPeer(t, listenHeartbeat(t, loopback, opts...).Endpoint(), "REQ", "")
			}
			// Never reading, the peer is read no further, and then let go.
			block := join(ask, ask, ask, ask, ask, ask, ask, ask)
			for total := 0; ; total += len(block) {
				if _, err := conn.Write(block); err != nil {
					break
				}
				if total > 256<<20 {
					t.Fatal("256 MiB of requests were read from a peer that takes no answers")
				}
			}
			log.await(t, errStalled.Error())
		})
	}
}

func TestSubscriptionsAreBounded(t *testing.T) {
	log := newLogbook()
	p := listenPublisher(t, loopback, nil, Logf(log.logf))
	conn := rawPeer(t, p.Endpoint(), "SUB", "")
	topic := make([]byte, 1000)
	for i := range 2 * maxTopics / len(topic) {
		copy(topic, fmt.Sprintf("%08d", i))
		if _, err := conn.Write(longFrame(0, uint64(1+len(topic)), append([]byte{1}, topic...))); err != nil {
			break
		}
	}
	wantClosed(t, conn)
	log.await(t, "subscriptions of more than")
}

// A peer that takes a little now and then is slow, not stalled.
func TestSlowPeerIsKept(t *testing.T) {
	log := newLogbook()
	const stall = 2 * time.Second
	// The operating system buffers far less for a local socket than one of these messages has.
	p := listenPublisher(t, file(t), welcomed, HighWaterMark(1<<16), StallLimit(stall), Logf(log.logf))
	conn := rawPeer(t, p.Endpoint(), "SUB", "")
	write(t, conn, subscribe(""))
	wantFrames(t, conn, "", "welcome")
	const n, length = 2, 4 << 20
	failed := make(chan error, 1)
	go func() {
		body := make([]byte, length)
		for range n {
			if err := p.Send(context.Background(), Frames{body}); err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	// Each pause is well below the limit, all of them together well above it.
	pause := time.NewTicker(stall * 6 / 10)
	defer pause.Stop()
	for range n {
		<-pause.C
		readFull(t, conn, make([]byte, 9+length))
	}
	check(t, <-failed)
	if log.count("") != 0 {
		t.Errorf("log: %q", log.lines)
	}
}
