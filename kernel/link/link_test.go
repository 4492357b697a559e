package link_test

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
)

// newPair returns the two ends of a link over a real socket pair.
func newPair(t testing.TB) (near, far *link.Conn) {
	t.Helper()
	near, file, err := link.Pair()
	if err != nil {
		t.Skip(err)
	}
	far, err = link.FromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close(); far.Close() })
	return near, far
}

func TestEveryMessageArrivesAsItWasSent(t *testing.T) {
	near, far := newPair(t)
	frame := link.Frame{Function: "main.f", Cell: 3, Line: 2, Column: 5}
	for _, sent := range []link.Message{
		link.Run{Cell: 3, Units: []link.Unit{{Imports: []string{"fmt"}, Source: "package main", Entry: "cellʹ3"}}, Pipes: 2},
		link.Cancel{Cell: 3},
		link.InputReply{Cell: 3, Text: "é", Err: "no"},
		link.Ready{PID: 7, Token: "x"},
		link.Done{Cell: 3, Error: &link.Error{Name: "panic", Value: "boom", Frames: []link.Frame{frame}}, Declared: 1, Busy: true, Idle: []int{1}, Mark: 9, Native: 8},
		link.Display{Cell: 3, Mark: 1, Display: execution.Display{Data: map[string]any{"text/plain": "x"}, ID: "d", Update: true}},
		link.Clear{Cell: 3, Mark: 2, Wait: true},
		link.Turn{Cell: 3, Mark: 2},
		link.Ask{Cell: 3, Mark: 3, Payload: execution.Payload{Source: execution.NextCell, Text: "1", Replace: true}},
		link.Comm{Cell: 3, Mark: 4, Serial: 5, Comm: execution.Comm{Kind: execution.CommOpen, ID: "c", Target: "t", Data: map[string]any{"a": true}}},
		link.CommDone{Serial: 5, Known: true, Err: "panic: x"},
		link.Input{Cell: 3, Mark: 3, Prompt: "? ", Password: true},
		link.Exit{Cell: 3, Code: 4},
		link.Crash{Cell: 3, Error: link.Error{Name: "panic", Value: "boom"}},
		link.Trace{Cell: 3, Goroutine: 35, Depth: 1, Frame: frame},
	} {
		if err := near.Send(sent); err != nil {
			t.Fatal(err)
		}
		got, files, err := far.Receive()
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != 0 || !reflect.DeepEqual(got, sent) {
			t.Errorf("received %#v with %d files, want %#v", got, len(files), sent)
		}
	}
}

func TestFilesTravelWithTheirMessage(t *testing.T) {
	near, far := newPair(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := near.Send(link.Cancel{Cell: 1}); err != nil {
		t.Fatal(err)
	}
	if err := near.Send(link.Cancel{Cell: 2}, w); err != nil {
		t.Fatal(err)
	}
	w.Close()
	_, none, err := far.Receive()
	if err != nil || len(none) != 0 {
		t.Fatalf("the first message came with %d files, error %v", len(none), err)
	}
	_, files, err := far.Receive()
	if err != nil || len(files) != 1 {
		t.Fatalf("the second message came with %d files, error %v; want 1", len(files), err)
	}
	if _, err := files[0].WriteString("through"); err != nil {
		t.Fatal(err)
	}
	files[0].Close()
	if text, err := io.ReadAll(r); err != nil || string(text) != "through" {
		t.Errorf("read %q, %v", text, err)
	}
}

func TestConcurrentSendersDoNotMixTheirFrames(t *testing.T) {
	near, far := newPair(t)
	const senders, each = 8, 200
	var all sync.WaitGroup
	for sender := range senders {
		all.Go(func() {
			text := strings.Repeat("x", 1000*sender)
			for range each {
				if err := near.Send(link.InputReply{Cell: sender, Text: text}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	counts := map[int]int{}
	for range senders * each {
		m, _, err := far.Receive()
		if err != nil {
			t.Fatal(err)
		}
		reply := m.(link.InputReply)
		if len(reply.Text) != 1000*reply.Cell {
			t.Fatalf("sender %d's message has %d bytes", reply.Cell, len(reply.Text))
		}
		counts[reply.Cell]++
	}
	all.Wait()
	for sender := range senders {
		if counts[sender] != each {
			t.Errorf("%d messages of sender %d, want %d", counts[sender], sender, each)
		}
	}
}

// feed returns the receiving end of a connection that carries the bytes and ends.
func feed(t *testing.T, raw []byte) *link.Conn {
	t.Helper()
	a, b := net.Pipe()
	go func() {
		a.Write(raw)
		a.Close()
	}()
	t.Cleanup(func() { b.Close() })
	return link.NewConn(b)
}

func frame(body string) []byte {
	header := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	return append(append(header, 0, 0, 0, 0), body...)
}

func TestBadFramesAreRefusedByName(t *testing.T) {
	var tooLarge *link.TooLargeError
	var unknown *link.UnknownTypeError
	var malformed *link.MalformedError
	for _, test := range []struct {
		name string
		raw  []byte
		is   func(error) bool
		text string
	}{
		{"nothing", nil, func(err error) bool { return err == io.EOF }, "EOF"},
		{"half a header", []byte{0, 0, 0}, func(err error) bool { return err == io.ErrUnexpectedEOF }, "unexpected EOF"},
		{"half a body", frame(`{"type":"done"}`)[:12], func(err error) bool { return err == io.ErrUnexpectedEOF }, "unexpected EOF"},
		{"a giant", []byte{255, 255, 255, 255, 0, 0, 0, 0}, func(err error) bool { return errors.As(err, &tooLarge) }, "4294967295 bytes is over the limit of 67108864"},
		{"many files", []byte{0, 0, 0, 1, 0, 0, 0, 99}, func(err error) bool { return errors.As(err, &tooLarge) }, "99 files is over the limit of 8"},
		{"files over a pipe", []byte{0, 0, 0, 1, 0, 0, 0, 1, '0'}, func(err error) bool { return errors.Is(err, link.ErrFiles) }, "0 of 1 arrived"},
		{"another type", frame(`{"type":"fly","body":{}}`), func(err error) bool { return errors.As(err, &unknown) }, `unknown message type "fly"`},
		{"no envelope", frame(`[]`), func(err error) bool { return errors.As(err, &malformed) }, "malformed envelope"},
		{"a wrong body", frame(`{"type":"done","body":7}`), func(err error) bool { return errors.As(err, &malformed) }, "malformed done message"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, _, err := feed(t, test.raw).Receive()
			if err == nil {
				t.Fatalf("received %#v, want an error", m)
			}
			if !test.is(err) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %q (%T), want one with %q", err, err, test.text)
			}
		})
	}
}

func TestAMessageOverTheLimitIsNotSent(t *testing.T) {
	near, far := newPair(t)
	var tooLarge *link.TooLargeError
	err := near.Send(link.InputReply{Text: strings.Repeat("x", link.MaxBody)})
	if !errors.As(err, &tooLarge) {
		t.Fatalf("error %v, want a TooLargeError", err)
	}
	if err := near.Send(link.Cancel{Cell: 1}); err != nil {
		t.Fatal(err)
	}
	if m, _, err := far.Receive(); err != nil || m != (link.Cancel{Cell: 1}) {
		t.Errorf("the next message arrived as %v, %v", m, err)
	}
}

func TestAMessageThatIsNestedTooDeepIsNotSent(t *testing.T) {
	near, far := newPair(t)
	show := func(levels int) error {
		var value any = strings.Repeat(`[{"\\`, link.MaxNesting)
		for range levels {
			value = []any{value}
		}
		return near.Send(link.Display{Display: execution.Display{Data: map[string]any{"application/json": value}}})
	}
	var malformed *link.MalformedError
	if err := show(link.MaxNesting); !errors.As(err, &malformed) || !strings.Contains(err.Error(), "nested more than 500 levels deep") {
		t.Errorf("error %v, want a MalformedError", err)
	}
	received := make(chan error, 1)
	go func() {
		_, _, err := far.Receive()
		received <- err
	}()
	if err := errors.Join(show(link.MaxNesting-3), <-received); err != nil {
		t.Error(err)
	}
}

func FuzzReceive(f *testing.F) {
	f.Add(frame(`{"type":"run","body":{"cell":1,"units":[{"imports":["fmt"]}]}}`))
	f.Add(frame(`{"type":"display","body":{"data":{"a":1}}}`))
	f.Add([]byte{255, 255, 255, 255, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, b := net.Pipe()
		defer b.Close()
		go func() {
			a.Write(raw)
			a.Close()
		}()
		c := link.NewConn(b)
		for {
			m, _, err := c.Receive()
			var unknown *link.UnknownTypeError
			var malformed *link.MalformedError
			switch {
			case err == nil && m == nil:
				t.Fatal("neither a message nor an error")
			case err == nil, errors.As(err, &unknown), errors.As(err, &malformed):
				continue
			}
			return
		}
	})
}
