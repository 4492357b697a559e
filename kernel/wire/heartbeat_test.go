package wire

import (
	"context"
	"errors"
	"testing"
)

func TestHeartbeatEchoes(t *testing.T) {
	h := listenHeartbeat(t, loopback)
	req, err := DialRequester(within(t), h.Endpoint())
	check(t, err)
	defer req.Close()
	for _, body := range []Frames{frames("ping"), frames("two", "frames"), frames("")} {
		reply, err := req.Request(within(t), body)
		check(t, err)
		if show(reply) != show(body) {
			t.Fatalf("sent %s, got %s", show(body), show(reply))
		}
	}

	// A DEALER may leave out the delimiter.
	d := dialDealer(t, h.Endpoint(), "")
	check(t, d.Send(within(t), frames("bare")))
	want(t, recv(t, d), "bare")
	check(t, d.Send(within(t), frames("", "delimited")))
	want(t, recv(t, d), "", "delimited")
}

func TestHeartbeatCloseEndsConnections(t *testing.T) {
	h := listenHeartbeat(t, loopback)
	req, err := DialRequester(within(t), h.Endpoint())
	check(t, err)
	defer req.Close()
	check(t, h.Close())
	if _, err := req.Request(within(t), frames("ping")); !errors.Is(err, ErrLost) {
		t.Fatalf("got %v, want ErrLost", err)
	}
}

func TestRequesterSkipsLateReplies(t *testing.T) {
	r := listenRouter(t, loopback)
	req, err := DialRequester(within(t), r.Endpoint())
	check(t, err)
	defer req.Close()

	ctx, cancel := context.WithCancel(context.Background())
	given := make(chan error)
	go func() {
		_, err := req.Request(ctx, frames("1st"))
		given <- err
	}()
	first := recv(t, r)
	cancel()
	if err := <-given; !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	check(t, r.Send(first))
	go func() {
		f, err := r.Recv(context.Background())
		if err == nil {
			err = r.Send(f)
		}
		given <- err
	}()
	reply, err := req.Request(within(t), frames("2nd"))
	check(t, err)
	want(t, reply, "2nd")
	check(t, <-given)
}
