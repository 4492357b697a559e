package wire

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestRouterAddressesPeersByIdentity(t *testing.T) {
	r := listenRouter(t, loopback)
	a, b := dialDealer(t, r.Endpoint(), "a"), dialDealer(t, r.Endpoint(), "b")
	check(t, a.Send(within(t), frames("from a", "")))
	want(t, recv(t, r), "a", "from a", "")
	check(t, b.Send(within(t), frames("from b")))
	want(t, recv(t, r), "b", "from b")
	check(t, r.Send(frames("b", "to b")))
	check(t, r.Send(frames("a", "to a", "2nd frame")))
	want(t, recv(t, a), "to a", "2nd frame")
	want(t, recv(t, b), "to b")
}

func TestRouterNamesAnonymousPeers(t *testing.T) {
	r := listenRouter(t, loopback)
	a, b := dialDealer(t, r.Endpoint(), ""), dialDealer(t, r.Endpoint(), "")
	check(t, a.Send(within(t), frames("I'm a")))
	ida := recv(t, r)[0]
	check(t, b.Send(within(t), frames("I'm b")))
	idb := recv(t, r)[0]
	if len(ida) == 0 || ida[0] != 0 || string(ida) == string(idb) {
		t.Fatalf("routing ids %q and %q", ida, idb)
	}
	check(t, r.Send(Frames{ida, []byte("to a")}))
	want(t, recv(t, a), "to a")
}

func TestRouterSendWithoutPeerFailsAtOnce(t *testing.T) {
	r := listenRouter(t, loopback)
	err := r.Send(frames("nobody", "hello"))
	var unknown *UnknownPeerError
	if !errors.As(err, &unknown) || string(unknown.Identity) != "nobody" || !strings.Contains(err.Error(), r.Endpoint()) {
		t.Fatalf("got %v", err)
	}
	if err := r.Send(frames("nobody")); err == nil {
		t.Fatal("a message without frames was taken")
	}
}

func TestRouterHandsIdentityToNewcomer(t *testing.T) {
	r := listenRouter(t, loopback)
	old := dialDealer(t, r.Endpoint(), "same")
	check(t, old.Send(within(t), frames("old")))
	want(t, recv(t, r), "same", "old")
	newcomer := dialDealer(t, r.Endpoint(), "same")
	check(t, newcomer.Send(within(t), frames("new")))
	want(t, recv(t, r), "same", "new")

	if _, err := old.Recv(within(t)); !errors.Is(err, ErrLost) {
		t.Fatalf("the old connection got %v, want ErrLost", err)
	}
	check(t, r.Send(frames("same", "for the newcomer")))
	want(t, recv(t, newcomer), "for the newcomer")
}

func TestRouterLetsGoOfPeerThatReadsNothing(t *testing.T) {
	const limit = 1 << 20
	r := listenRouter(t, loopback, HighWaterMark(limit))
	good := dialDealer(t, r.Endpoint(), "good")
	check(t, good.Send(within(t), frames("hi")))
	recv(t, r)
	deaf := rawPeer(t, r.Endpoint(), "DEALER", "deaf")
	write(t, deaf, frame(0, []byte("hi")))
	recv(t, r)

	// Well beyond the limit and what the operating system buffers.
	block := make([]byte, 1<<16)
	var slow *SlowPeerError
	for i := 0; ; i++ {
		err := r.Send(Frames{[]byte("deaf"), block})
		if errors.As(err, &slow) {
			break
		}
		check(t, err)
		if i > 4096 {
			t.Fatal("256 MiB were queued for a peer that reads nothing")
		}
	}
	if slow.Queued > limit+len(block)+frameOverhead {
		t.Errorf("%d bytes were queued, limit %d", slow.Queued, limit)
	}
	check(t, r.Send(frames("good", "still here")))
	want(t, recv(t, good), "still here")
	wantClosed(t, deaf)
}

func TestRouterCloseSendsWhatIsQueued(t *testing.T) {
	r := listenRouter(t, loopback)
	d := dialDealer(t, r.Endpoint(), "d")
	check(t, d.Send(within(t), frames("hi")))
	recv(t, r)
	// Requests that nobody received must not cost the peer its replies.
	for range 3 * inbox {
		check(t, d.Send(within(t), frames("more")))
	}
	const n = 2000
	block := strings.Repeat("x", 1000)
	for range n {
		check(t, r.Send(frames("d", block)))
	}
	check(t, r.Send(frames("d", "last")))
	closed := make(chan error)
	go func() { closed <- r.Close(linger(t)) }()
	for range n {
		want(t, recv(t, d), block)
	}
	want(t, recv(t, d), "last")
	if _, err := d.Recv(within(t)); !errors.Is(err, ErrLost) || !errors.Is(err, io.EOF) {
		t.Fatalf("after the last message: %v", err)
	}
	check(t, <-closed)
	if _, err := r.Recv(within(t)); !errors.Is(err, ErrClosed) {
		t.Fatalf("Recv after Close: %v", err)
	}
	if err := r.Send(frames("d", "late")); !errors.Is(err, ErrClosed) {
		t.Fatalf("Send after Close: %v", err)
	}
	check(t, r.Close(linger(t)))
}

func TestRouterCloseSendsRepliesToAPeerThatGoesOnAsking(t *testing.T) {
	r := listenRouter(t, loopback)
	d := dialDealer(t, r.Endpoint(), "d")
	check(t, d.Send(within(t), frames("hi")))
	recv(t, r)
	block := strings.Repeat("x", 1<<20)
	const n = 32
	for range n {
		check(t, r.Send(frames("d", block)))
	}
	asked := make(chan error)
	go func() {
		for {
			if err := d.Send(context.Background(), frames("more")); err != nil {
				asked <- err
				return
			}
		}
	}()
	closed := make(chan error)
	go func() { closed <- r.Close(linger(t)) }()
	for range n {
		want(t, recv(t, d), block)
	}
	check(t, <-closed)
	if err := <-asked; !errors.Is(err, ErrLost) {
		t.Errorf("asking ended with %v, want ErrLost", err)
	}
}

func TestRouterCloseGivesUpWithItsContext(t *testing.T) {
	r := listenRouter(t, loopback)
	deaf := rawPeer(t, r.Endpoint(), "DEALER", "deaf")
	write(t, deaf, frame(0, []byte("hi")))
	recv(t, r)
	check(t, r.Send(Frames{[]byte("deaf"), make([]byte, 32<<20)}))
	readFull(t, deaf, make([]byte, 1)) // it has begun
	now, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Close(now); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), r.Endpoint()) {
		t.Fatalf("got %v", err)
	}
}

func TestRouterRecvEndsWithItsContext(t *testing.T) {
	r := listenRouter(t, loopback)
	now, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Recv(now); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

func BenchmarkRoundTrip(b *testing.B) {
	r := listenRouter(b, loopback)
	d := dialDealer(b, r.Endpoint(), "d")
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			f, err := r.Recv(ctx)
			if err != nil {
				return
			}
			if err := r.Send(f); err != nil {
				return
			}
		}
	}()
	defer func() { cancel(); <-served }()
	// A request of a kernel: delimiter, signature, four dictionaries.
	request := Frames{[]byte("<IDS|MSG>"), make([]byte, 64), make([]byte, 200), []byte("{}"), []byte("{}"), make([]byte, 120)}
	b.ReportAllocs()
	for b.Loop() {
		check(b, d.Send(ctx, request))
		if _, err := d.Recv(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
