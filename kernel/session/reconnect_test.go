package session_test

import (
	"context"
	"errors"
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
	"lockstep/kernel/wire"
)

// A front end whose network broke connects anew with the identity that it has, while
// the kernel still has its old connections and runs its cell.
func TestAFrontEndThatReconnectsGoesOn(t *testing.T) {
	g := newGate()
	k := start(t, kerneltest.Script{"wait, ask": func(ctx context.Context, r execution.Request, out execution.Output) *execution.Failure {
		if failure := g.cell(ctx, r, out); failure != nil {
			return failure
		}
		return ask(ctx, r, out)
	}})
	codec, sender := protocol.NewCodec(k.Connection.Key), protocol.Sender{Session: "front"}
	ctx, cancel := context.WithTimeout(t.Context(), kerneltest.Patience)
	defer cancel()
	connect := func(channel protocol.Channel) *wire.Dealer {
		t.Helper()
		dealer, err := wire.DialDealer(ctx, k.Connection.Endpoint(channel), []byte("front"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { dealer.Close() })
		return dealer
	}
	send := func(to *wire.Dealer, parent *protocol.Message, content protocol.Content) {
		t.Helper()
		m, err := sender.Message(parent, content)
		if err != nil {
			t.Fatal(err)
		}
		frames, err := codec.Encode(m)
		if err != nil {
			t.Fatal(err)
		}
		if err := to.Send(ctx, frames); err != nil {
			t.Fatal(err)
		}
	}
	receive := func(from *wire.Dealer, msgType string) *protocol.Message {
		t.Helper()
		frames, err := from.Recv(ctx)
		if err != nil {
			t.Fatalf("no %s: %v", msgType, err)
		}
		m, err := codec.Decode(frames)
		if err != nil || m.Header.MsgType != msgType {
			t.Fatalf("got %v, %v, want a %s", m, err, msgType)
		}
		return m
	}
	lost := func(dealer *wire.Dealer) {
		t.Helper()
		if _, err := dealer.Recv(ctx); !errors.Is(err, wire.ErrLost) {
			t.Errorf("the old connection got %v, want its end", err)
		}
	}

	shell, stdin := connect(protocol.Shell), connect(protocol.Stdin)
	send(shell, nil, protocol.ExecuteRequest{Code: "wait, ask", AllowStdin: true})
	until(t, "the start of the cell", g.started)
	again := connect(protocol.Shell)
	lost(shell)
	send(again, nil, protocol.IsCompleteRequest{Code: "x"}) // waits for its turn
	g.end <- nil
	first := receive(stdin, "input_request")
	stdinAgain := connect(protocol.Stdin)
	lost(stdin)
	// What is asked already isn't asked anew; the front end still shows it.
	send(stdinAgain, first, protocol.InputReply{Value: "Ada"})
	second := receive(stdinAgain, "input_request")
	send(stdinAgain, second, protocol.InputReply{Value: "36"})
	if reply := kerneltest.Read[protocol.ExecuteReply](t, kerneltest.Entry{Message: receive(again, "execute_reply")}); reply.Status != protocol.StatusOK {
		t.Errorf("the cell ended with %+v", reply)
	}
	receive(again, "is_complete_reply")
}

// A subscriber that comes back is welcomed like a new one, so that it knows from when
// on it misses nothing.
func TestASubscriberThatReconnectsIsWelcomedAgain(t *testing.T) {
	k := start(t, nil)
	for range 3 {
		sub, err := wire.DialSubscriber(t.Context(), k.Connection.Endpoint(protocol.IOPub), "")
		if err != nil {
			t.Fatal(err)
		}
		frames, err := sub.Recv(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		m, err := protocol.NewCodec(k.Connection.Key).Decode(frames)
		if err != nil || m.Header.MsgType != "iopub_welcome" {
			t.Errorf("got %v, %v", m, err)
		}
		if err := sub.Close(); err != nil {
			t.Error(err)
		}
	}
}
