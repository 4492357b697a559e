package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

func TestPublisherWelcomesFirstAndOnlyTheSubscriber(t *testing.T) {
	p := listenPublisher(t, loopback, welcomed)
	first := dialSubscriber(t, p.Endpoint(), "")
	want(t, recv(t, first), "", "welcome")

	// A newcomer's first message is its welcome, however busy the publisher is.
	ctx, cancel := context.WithCancel(context.Background())
	sent := make(chan int)
	go func() {
		n := 0
		for ; ctx.Err() == nil; n++ {
			p.Send(context.Background(), frames(fmt.Sprint(n)))
		}
		sent <- n
	}()
	for range 20 {
		s := dialSubscriber(t, p.Endpoint(), "")
		want(t, recv(t, s), "", "welcome")
		recv(t, s)
		check(t, s.Close())
	}
	cancel()
	for n := range <-sent {
		want(t, recv(t, first), fmt.Sprint(n))
	}
}

func TestPublisherWelcomeTellsThatTheSubscriptionIsInEffect(t *testing.T) {
	p := listenPublisher(t, loopback, welcomed)
	conn := rawPeer(t, p.Endpoint(), "SUB", "")
	for i := range 3000 {
		topic := fmt.Sprint(i % 500)
		write(t, conn, subscribe(topic))
		wantFrames(t, conn, topic, "welcome")
		check(t, p.Send(within(t), frames(topic, "at once")))
		wantFrames(t, conn, topic, "at once")
		write(t, conn, unsubscribe(topic))
	}
}

func TestPublisherFiltersByPrefix(t *testing.T) {
	p := listenPublisher(t, loopback, welcomed)
	s := dialSubscriber(t, p.Endpoint(), "kernel.a", "ker", "other")
	for _, topic := range []string{"kernel.a", "ker", "other"} {
		want(t, recv(t, s), topic, "welcome")
	}
	for _, topic := range []string{"kernel.a.stream", "ke", "", "kernel.b", "xker", "other", "last"} {
		check(t, p.Send(within(t), frames(topic, "body")))
	}
	check(t, p.Send(within(t), frames("other", "end")))
	want(t, recv(t, s), "kernel.a.stream", "body") // once, though two topics match
	want(t, recv(t, s), "kernel.b", "body")
	want(t, recv(t, s), "other", "body")
	want(t, recv(t, s), "other", "end")
}

// subscribe and unsubscribe are a SUB's messages in ZMTP 3.0.
func subscribe(topic string) []byte   { return frame(0, append([]byte{1}, topic...)) }
func unsubscribe(topic string) []byte { return frame(0, append([]byte{0}, topic...)) }

func wantFrames(t testing.TB, conn net.Conn, parts ...string) {
	t.Helper()
	for i, part := range parts {
		flags := byte(flagMore)
		if i == len(parts)-1 {
			flags = 0
		}
		expected := frame(flags, []byte(part))
		got := make([]byte, len(expected))
		if readFull(t, conn, got); string(got) != string(expected) {
			t.Fatalf("got the frame %q, want %q", got, expected)
		}
	}
}

func TestPublisherCountsSubscriptions(t *testing.T) {
	for _, dialect := range []struct {
		name    string
		on, off func(topic string) []byte
	}{
		{"messages", subscribe, unsubscribe}, // as libzmq does in ZMTP 3.0
		{ // as libzmq does in ZMTP 3.1
			"commands",
			func(topic string) []byte { return command("SUBSCRIBE", []byte(topic)) },
			func(topic string) []byte { return command("CANCEL", []byte(topic)) },
		},
	} {
		t.Run(dialect.name, func(t *testing.T) {
			p := listenPublisher(t, loopback, welcomed)
			conn := rawPeer(t, p.Endpoint(), "SUB", "")
			// A welcome tells that all before it has been read.
			write(t, conn, dialect.on("a"), dialect.on("a"), dialect.off("a"), dialect.off("never"), dialect.on("b"))
			wantFrames(t, conn, "a", "welcome")
			wantFrames(t, conn, "a", "welcome")
			wantFrames(t, conn, "b", "welcome")
			check(t, p.Send(within(t), frames("a", "still wanted")))
			wantFrames(t, conn, "a", "still wanted")
			write(t, conn, dialect.off("a"), dialect.on("c"))
			wantFrames(t, conn, "c", "welcome")
			check(t, p.Send(within(t), frames("a", "unwanted")))
			check(t, p.Send(within(t), frames("b", "wanted")))
			wantFrames(t, conn, "b", "wanted")
		})
	}
}

func TestPublisherWithoutWelcome(t *testing.T) {
	for name, welcome := range map[string]func([]byte) Frames{"nil": nil, "no frames": func([]byte) Frames { return nil }} {
		t.Run(name, func(t *testing.T) {
			p := listenPublisher(t, loopback, welcome)
			s := dialSubscriber(t, p.Endpoint(), "")
			// Subscriptions take effect some time after the dial.
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan struct{})
			go func() {
				defer close(done)
				for ctx.Err() == nil {
					p.Send(ctx, frames("hello"))
				}
			}()
			want(t, recv(t, s), "hello")
			cancel()
			<-done
		})
	}
}

func TestPublisherStoppedSubscriberHarmsNobody(t *testing.T) {
	log := newLogbook()
	const mark = 1 << 20
	p := listenPublisher(t, loopback, welcomed, HighWaterMark(mark), StallLimit(time.Second), Logf(log.logf))
	stopped := rawPeer(t, p.Endpoint(), "SUB", "")
	write(t, stopped, subscribe(""))
	wantFrames(t, stopped, "", "welcome")
	healthy := dialSubscriber(t, p.Endpoint(), "")
	want(t, recv(t, healthy), "", "welcome")

	const n = 60000
	failed := make(chan error, 1)
	go func() {
		body := strings.Repeat("x", 1000)
		for i := range n {
			if err := p.Send(within(t), frames(fmt.Sprint(i), body)); err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	for i := range n {
		if f := recv(t, healthy); string(f[0]) != fmt.Sprint(i) {
			t.Fatalf("message %s where %d should be", f[0], i)
		}
	}
	check(t, <-failed)
	log.await(t, errStalled.Error())
	if got := log.count("ended"); got != 1 {
		t.Errorf("%d peers were let go, want 1", got)
	}
	wantClosed(t, stopped)
}

// overfill publishes to a subscriber that reads nothing, until a Send would have to wait, and returns the messages that
// the subscriber has got or will get.
func overfill(t *testing.T, p *Publisher) (sent, size int) {
	t.Helper()
	full, cancel := context.WithCancel(context.Background())
	cancel()
	body := make([]byte, 1<<16)
	for range 4096 {
		if err := p.Send(full, Frames{body}); err != nil {
			if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), p.Endpoint()) {
				t.Fatal(err)
			}
			return sent, 9 + len(body)
		}
		sent++
	}
	t.Fatal("256 MiB were queued for a peer that reads nothing")
	return 0, 0
}

func TestPublisherWaitsForSlowSubscriber(t *testing.T) {
	p := listenPublisher(t, loopback, welcomed, HighWaterMark(1<<16), StallLimit(patience))
	slow := rawPeer(t, p.Endpoint(), "SUB", "")
	write(t, slow, subscribe(""))
	wantFrames(t, slow, "", "welcome")

	sent, size := overfill(t, p)
	last := make(chan error)
	go func() { last <- p.Send(within(t), frames("last")) }()
	for range sent {
		readFull(t, slow, make([]byte, size))
	}
	check(t, <-last)
	wantFrames(t, slow, "last")
}

func TestPublisherInsistsBeyondTheMark(t *testing.T) {
	p := listenPublisher(t, loopback, welcomed, HighWaterMark(1<<16), StallLimit(patience))
	slow := rawPeer(t, p.Endpoint(), "SUB", "")
	write(t, slow, subscribe(""))
	wantFrames(t, slow, "", "welcome")

	sent, size := overfill(t, p)
	done, cancel := context.WithCancel(context.Background())
	cancel()
	check(t, p.Insist(done, frames("idle")))
	closed := make(chan error)
	go func() { closed <- p.Close(linger(t)) }()
	for range sent {
		readFull(t, slow, make([]byte, size))
	}
	wantFrames(t, slow, "idle")
	check(t, <-closed)
}

func TestPublisherCloseSendsWhatIsQueued(t *testing.T) {
	p := listenPublisher(t, loopback, welcomed)
	s := dialSubscriber(t, p.Endpoint(), "")
	want(t, recv(t, s), "", "welcome")
	const n = 20000
	for i := range n {
		check(t, p.Send(within(t), frames(fmt.Sprint(i))))
	}
	check(t, p.Send(within(t), frames("idle")))
	closed := make(chan error)
	go func() { closed <- p.Close(linger(t)) }()
	for i := range n {
		want(t, recv(t, s), fmt.Sprint(i))
	}
	want(t, recv(t, s), "idle")
	check(t, <-closed)
	if err := p.Send(within(t), frames("late")); !errors.Is(err, ErrClosed) {
		t.Fatalf("Send after Close: %v", err)
	}
}

func TestPublisherRefusesEmptyMessage(t *testing.T) {
	p := listenPublisher(t, loopback, nil)
	if err := p.Send(within(t), nil); err == nil {
		t.Fatal("a message without frames was taken")
	}
}

func BenchmarkPublish(b *testing.B) {
	p := listenPublisher(b, loopback, welcomed)
	s := dialSubscriber(b, p.Endpoint(), "")
	want(b, recv(b, s), "", "welcome")
	ctx := context.Background()
	received := make(chan error)
	go func() {
		for range b.N {
			if _, err := s.Recv(ctx); err != nil {
				received <- err
				return
			}
		}
		received <- nil
	}()
	message := Frames{[]byte("kernel.stream"), make([]byte, 100)}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		check(b, p.Send(ctx, message))
	}
	check(b, <-received)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
