package session_test

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
	"lockstep/kernel/wire"
)

// stranger is a peer that writes its messages itself.
type stranger struct {
	*wire.Dealer
	codec  *protocol.Codec
	sender protocol.Sender
}

func newStranger(t *testing.T, k *kerneltest.Kernel) stranger {
	t.Helper()
	dealer, err := wire.DialDealer(t.Context(), k.Connection.Endpoint(protocol.Shell), []byte("stranger"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dealer.Close() })
	return stranger{dealer, protocol.NewCodec(k.Connection.Key), protocol.Sender{Session: "stranger"}}
}

func (s stranger) frames(t *testing.T, content protocol.Content) wire.Frames {
	t.Helper()
	m, err := s.sender.Message(nil, content)
	if err != nil {
		t.Fatal(err)
	}
	frames, err := s.codec.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	return frames
}

func TestABadMessageCostsALineInTheLog(t *testing.T) {
	good := func(t *testing.T, s stranger) wire.Frames {
		return s.frames(t, protocol.ExecuteRequest{Code: "print evil"})
	}
	cases := []struct {
		name  string
		frame func(*testing.T, stranger) wire.Frames
		says  string
	}{
		{"forged", func(t *testing.T, s stranger) wire.Frames {
			f := good(t, s)
			f[5] = []byte(`{"code":"print evil2"}`)
			return f
		}, "wrong signature"},
		{"signed with another key", func(t *testing.T, s stranger) wire.Frames {
			s.codec = protocol.NewCodec("another")
			return good(t, s)
		}, "wrong signature"},
		{"not signed", func(t *testing.T, s stranger) wire.Frames {
			s.codec = protocol.NewCodec("")
			return good(t, s)
		}, "wrong signature"},
		{"truncated", func(t *testing.T, s stranger) wire.Frames { return good(t, s)[:4] }, "too few frames"},
		{"only a delimiter", func(t *testing.T, s stranger) wire.Frames { return good(t, s)[:1] }, "too few frames"},
		{"no delimiter", func(t *testing.T, s stranger) wire.Frames { return wire.Frames{[]byte("hello")} }, "no <IDS|MSG>"},
		{"empty", func(t *testing.T, s stranger) wire.Frames { return wire.Frames{nil} }, "no <IDS|MSG>"},
		{"content of the wrong type", func(t *testing.T, s stranger) wire.Frames {
			return s.frames(t, kerneltest.Raw{Type: "execute_request", JSON: `[1]`})
		}, "execute_request: bad content"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			k := start(t, nil)
			s := newStranger(t, k)
			if err := s.Send(t.Context(), c.frame(t, s)); err != nil {
				t.Fatal(err)
			}
			k.AwaitLog("refused a message on shell from peer \"stranger\": " + c.says)
			if lines := k.Log(); len(lines) != 1 || strings.Contains(lines[0], "\n") {
				t.Errorf("log: %q, want one line", lines)
			}
			k.Execute("print alive").Stdout("alive\n").OK()
			if got := k.Entries().Of("stream"); len(got) != 1 {
				t.Errorf("the bad message was run: %v", got)
			}
		})
	}
}

func TestAReplayedMessageIsNotRunAgain(t *testing.T) {
	k := start(t, nil)
	s := newStranger(t, k)
	frames := s.frames(t, protocol.ExecuteRequest{Code: "print once"})
	for range 2 {
		if err := s.Send(t.Context(), frames); err != nil {
			t.Fatal(err)
		}
	}
	k.AwaitLog("replayed message")
	k.Execute("print after").OK()
	if got := len(k.Entries().Of("execute_input")); got != 2 {
		t.Errorf("%d cells were run, want 2", got)
	}
}

// An oversize message is announced, not sent: the kernel must not believe it.
func TestAnOversizeMessageIsRefused(t *testing.T) {
	k := start(t, nil)
	path := strings.TrimPrefix(k.Connection.Endpoint(protocol.Shell), "ipc://")
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(kerneltest.Patience)); err != nil {
		t.Fatal(err)
	}
	greeting := append([]byte{0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0}, "NULL"...)
	greeting = append(greeting, make([]byte, 64-len(greeting))...)
	ready := append([]byte{5}, "READY"...)
	ready = append(ready, 11)
	ready = append(ready, "Socket-Type"...)
	ready = append(binary.BigEndian.AppendUint32(ready, 6), "DEALER"...)
	frame := append([]byte{4, byte(len(ready))}, ready...)
	frame = append(frame, 2) // a long frame
	frame = binary.BigEndian.AppendUint64(frame, 1<<40)
	if _, err := conn.Write(append(greeting, frame...)); err != nil {
		t.Fatal(err)
	}
	// The kernel's own greeting comes, and then the end of the connection.
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, net.ErrClosed) || isTimeout(err) {
		t.Errorf("the connection was not closed: %v", err)
	}
	k.AwaitLog("wire: " + k.Connection.Endpoint(protocol.Shell))
	k.Execute("print alive").Stdout("alive\n").OK()
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func TestARequestWithABadFieldIsAnsweredWithAnError(t *testing.T) {
	k := start(t, nil)
	all := k.Ask(protocol.Shell, kerneltest.Raw{Type: "execute_request", JSON: `{"code":7}`})
	reply := kerneltest.Read[protocol.ErrorReply](t, all.On(protocol.Shell)[0])
	if reply.Status != protocol.StatusError || reply.EName != "bad request" || !strings.Contains(reply.EValue, "field code") {
		t.Errorf("got %+v", reply)
	}
	if got := all.On(protocol.IOPub).String(); got != "status/busy status/idle" {
		t.Errorf("on iopub: %s", got)
	}
}

func TestUnknownMessagesAreLogged(t *testing.T) {
	k := start(t, nil)
	k.Ask(protocol.Shell, kerneltest.Raw{Type: "brand_new", JSON: "{}"})
	k.AwaitLog(`ignored a message of type "brand_new" on shell`)
	// A cell must not overtake the queue.
	k.Ask(protocol.Control, kerneltest.Raw{Type: "execute_notice", JSON: "{}"})
	id := k.Post(protocol.Control, nil, protocol.ExecuteRequest{Code: "print no"})
	if got := k.AwaitAnswer(id, false).On(protocol.IOPub).String(); got != "status/busy status/idle" {
		t.Errorf("on iopub: %s", got)
	}
	k.AwaitLog(`ignored a message of type "execute_request" on control`)
}

// panicky is an engine with a fault outside of Execute.
type panicky struct{ kerneltest.Script }

func (panicky) IsComplete(string) execution.Completeness { panic("a bug") }

func TestAPanicInAHandlerIsAnErrorReply(t *testing.T) {
	k := kerneltest.StartSession(t, panicky{}, nil)
	reply := kerneltest.Read[protocol.ErrorReply](t, k.Ask(protocol.Shell, protocol.IsCompleteRequest{}).On(protocol.Shell)[0])
	if reply.Status != protocol.StatusError || reply.EName != "internal error" || !strings.Contains(reply.EValue, "a bug") {
		t.Errorf("got %+v", reply)
	}
	k.AwaitLog("goroutine") // the stack
	k.Execute("print on").Stdout("on\n").OK()
}

func TestUnsignedConnectionsWork(t *testing.T) {
	at := kerneltest.Connection(t)
	at.Key, at.SignatureScheme = "", ""
	k := kerneltest.StartSessionAt(t, at, kerneltest.Script{}, nil)
	k.Execute("print hi").Stdout("hi\n").OK()
}
