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

func TestDialWaitsForTheListener(t *testing.T) {
	// Somebody else, who hangs up, has the port first.
	wrong, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	endpoint := "tcp://" + wrong.Addr().String()
	type result struct {
		d   *Dealer
		err error
	}
	dialled := make(chan result)
	go func() {
		d, err := DialDealer(within(t), endpoint, []byte("early"))
		dialled <- result{d, err}
	}()
	conn, err := wrong.Accept()
	check(t, err)
	check(t, wrong.Close())
	check(t, conn.Close())

	r := listenRouter(t, endpoint)
	got := <-dialled
	check(t, got.err)
	defer got.d.Close()
	check(t, got.d.Send(within(t), frames("hello")))
	want(t, recv(t, r), "early", "hello")
}

func TestDialEndsWithItsContext(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer silent.Close()
	for name, endpoint := range map[string]string{
		"nobody listens": file(t),
		"no handshake":   "tcp://" + silent.Addr().String(),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
			defer cancel()
			_, err := DialDealer(ctx, endpoint, nil)
			var named *EndpointError
			if !errors.As(err, &named) || named.Endpoint != endpoint || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
			if !strings.Contains(err.Error(), "last try") {
				t.Errorf("%v doesn't say what failed", err)
			}
		})
	}
}

func TestDialRefusesAtOnceWhatCantWork(t *testing.T) {
	ctx := within(t)
	if _, err := DialSubscriber(ctx, "tcp://nonsense"); err == nil || !strings.Contains(err.Error(), "tcp://nonsense") {
		t.Errorf("got %v", err)
	}
	r := listenRouter(t, loopback)
	for _, identity := range []string{"\x00zero", strings.Repeat("x", 256)} {
		if _, err := DialDealer(ctx, r.Endpoint(), []byte(identity)); err == nil {
			t.Errorf("the identity %q was taken", identity)
		}
	}
	if ctx.Err() != nil {
		t.Error("it took until the end of the context")
	}
}

func TestOneIdentityOnSeveralSockets(t *testing.T) {
	shell, control := listenRouter(t, loopback), listenRouter(t, loopback)
	a, b := dialDealer(t, shell.Endpoint(), "client"), dialDealer(t, control.Endpoint(), "client")
	check(t, a.Send(within(t), frames("execute")))
	check(t, b.Send(within(t), frames("interrupt")))
	want(t, recv(t, shell), "client", "execute")
	want(t, recv(t, control), "client", "interrupt")
}

func TestDealerCloseSendsWhatIsQueued(t *testing.T) {
	r := listenRouter(t, loopback)
	d := dialDealer(t, r.Endpoint(), "d")
	const n = 1000
	for i := range n {
		check(t, d.Send(within(t), frames(fmt.Sprint(i))))
	}
	closed := make(chan error)
	go func() { closed <- d.Close() }()
	for i := range n {
		want(t, recv(t, r), "d", fmt.Sprint(i))
	}
	check(t, <-closed)
	if err := d.Send(within(t), frames("late")); !errors.Is(err, ErrClosed) {
		t.Errorf("Send after Close: %v", err)
	}
	if _, err := d.Recv(within(t)); !errors.Is(err, ErrClosed) {
		t.Errorf("Recv after Close: %v", err)
	}
}

func TestReceivedBeforeTheLossIsDelivered(t *testing.T) {
	p := listenPublisher(t, loopback, welcomed)
	s := dialSubscriber(t, p.Endpoint(), "")
	want(t, recv(t, s), "", "welcome")
	const n = 10 * inbox
	for i := range n {
		check(t, p.Send(within(t), frames(fmt.Sprint(i))))
	}
	check(t, p.Close(linger(t)))
	for i := range n {
		want(t, recv(t, s), fmt.Sprint(i))
	}
	if _, err := s.Recv(within(t)); !errors.Is(err, ErrLost) || !strings.Contains(err.Error(), p.Endpoint()) {
		t.Errorf("got %v, want ErrLost with the endpoint", err)
	}
}

func TestCloseEndsAWaitingRecv(t *testing.T) {
	r := listenRouter(t, loopback)
	d := dialDealer(t, r.Endpoint(), "d")
	ended := make(chan error, 2)
	go func() { _, err := d.Recv(context.Background()); ended <- err }()
	go func() { _, err := r.Recv(context.Background()); ended <- err }()
	check(t, d.Close())
	check(t, r.Close(linger(t)))
	for range 2 {
		if err := <-ended; !errors.Is(err, ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	}
}
