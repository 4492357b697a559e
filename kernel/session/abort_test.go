package session_test

import (
	"testing"
	"time"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

// A cell may fail before the cells that were sent along with it have arrived. The
// client's clock here is an hour wrong, and must not matter.
func TestWhatWasSentBeforeAFailureIsAbortedWhenItComes(t *testing.T) {
	k := start(t, kerneltest.Script{"fail": fail})
	s := newStranger(t, k)
	clock := time.Now().Add(-time.Hour)
	run := func(code string, sent time.Time, session string) protocol.ExecuteReply {
		t.Helper()
		m, err := s.sender.Message(nil, protocol.ExecuteRequest{Code: code, StopOnError: true})
		if err != nil {
			t.Fatal(err)
		}
		m.Header.Date, m.Header.Session = protocol.Date(sent), session
		frames, err := s.codec.Encode(m)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Send(t.Context(), frames); err != nil {
			t.Fatal(err)
		}
		answer, err := s.Recv(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		reply, err := s.codec.Decode(answer)
		if err != nil {
			t.Fatal(err)
		}
		var content protocol.ExecuteReply
		if err := reply.Into(&content); err != nil {
			t.Fatal(err)
		}
		return content
	}
	if got := run("fail", clock, "a"); got.EValue != "it broke" {
		t.Fatalf("the failing cell: %+v", got)
	}
	if got := run("print 1", clock, "a"); got.EName != protocol.Aborted {
		t.Errorf("sent with the failing cell: %+v, want aborted", got)
	}
	if got := run("print 2", clock.Add(time.Minute), "a"); got.Status != protocol.StatusOK {
		t.Errorf("sent a minute later: %+v, want ok", got)
	}
	if got := run("print 3", clock, "b"); got.Status != protocol.StatusOK {
		t.Errorf("sent by another client: %+v, want ok", got)
	}
}
