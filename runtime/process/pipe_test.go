package process_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/process"
	"lockstep/runtime/thread"
)

func init() {
	targets = append(targets, echo, sendThrough, waitForEOF, crossTalk)
}

// echo sends back what it receives, until there is nothing more.
func echo(c *process.Conn[any]) {
	for {
		v, err := c.Recv()
		if err != nil {
			return
		}
		if c.Send(v) != nil {
			return
		}
	}
}

func sendThrough(w *process.Conn[[]byte], n int) { _ = w.Send(bytes.Repeat([]byte{7}, n)) }

func waitForEOF(c *process.Conn[int], q *process.Queue[bool]) {
	_, err := c.Recv()
	q.Put(errors.Is(err, io.EOF))
}

func crossTalk(c *process.Conn[int]) {
	n, _ := c.Recv()
	_ = c.Send(n + 1)
}

func TestAPipeCarriesValuesBothWays(t *testing.T) { worldtest.Both(t, aPipeCarriesValuesBothWays) }

func aPipeCarriesValuesBothWays(t *testing.T) {
	a, b := process.Pipe[any]()
	p := process.Start(echo, b)
	b.Close()
	for _, v := range []any{1, "two", []int{3}, nil, map[string]bool{"four": true}} {
		if err := a.Send(v); err != nil {
			t.Fatal(err)
		}
		got, err := a.Recv()
		if err != nil || !deepEqual(got, v) {
			t.Errorf("%#v came back as %#v, %v", v, got, err)
		}
	}
	if !a.Readable() || !a.Writable() {
		t.Error("an end of a pipe that works both ways says it doesn't")
	}
	a.Close()
	p.Join() // the end of the stream ends it
	misuse(t, process.ErrClosed, "Pipe: Send", func() { _ = a.Send(1) })
	misuse(t, process.ErrClosed, "", func() { _, _ = a.Recv() })
	misuse(t, process.ErrClosed, "", a.Close)
}

func TestAMessageLargerThanThePipe(t *testing.T) { worldtest.Both(t, aMessageLargerThanThePipe) }

func aMessageLargerThanThePipe(t *testing.T) {
	r, w := process.OneWay[[]byte]()
	p := process.Start(sendThrough, w, 3<<20)
	w.Close()
	if got, err := r.Recv(); err != nil || len(got) != 3<<20 || got[len(got)-1] != 7 {
		t.Errorf("received %d bytes, %v", len(got), err)
	}
	if _, err := r.Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
	p.Join()
}

func TestTheDirectionOfAOneWayPipe(t *testing.T) { worldtest.Both(t, theDirectionOfAOneWayPipe) }

func theDirectionOfAOneWayPipe(t *testing.T) {
	r, w := process.OneWay[int]()
	if err := r.Send(1); !errors.Is(err, process.ErrDirection) {
		t.Errorf("sending from the receiver: %v", err)
	}
	if _, err := w.Recv(); !errors.Is(err, process.ErrDirection) {
		t.Errorf("receiving at the sender: %v", err)
	}
	if _, err := w.Poll(0); !errors.Is(err, process.ErrDirection) {
		t.Errorf("polling the sender: %v", err)
	}
	if r.Writable() || w.Readable() || !r.Readable() || !w.Writable() {
		t.Error("the ends say the wrong directions")
	}
	r.Close()
	if err := w.Send(1); !errors.Is(err, process.ErrBrokenPipe) {
		t.Errorf("sending to nobody: %v", err)
	}
	a, b := process.Pipe[int]()
	b.Close()
	if err := a.Send(1); !errors.Is(err, process.ErrBrokenPipe) {
		t.Errorf("sending to nobody both ways: %v", err)
	}
	if _, err := a.Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("receiving from nobody: %v", err)
	}
}

// The stream ends when every process has closed its copy of the other end.
func TestTheEndOfAStream(t *testing.T) { worldtest.Both(t, theEndOfAStream) }

func theEndOfAStream(t *testing.T) {
	r, w := process.OneWay[int]()
	q := process.NewQueue[bool](0)
	p := process.Start(waitForEOF, r, q)
	r.Close()
	holder := process.Start(holdsEnd, w)
	w.Close()
	if _, err := q.GetTimeout(50 * time.Millisecond); !errors.Is(err, process.ErrEmpty) {
		t.Errorf("the stream ended though a process holds the other end: %v", err)
	}
	holder.Kill()
	holder.Join()
	if !must(q.Get()) {
		t.Error("no io.EOF")
	}
	p.Join()
}

func init() { targets = append(targets, holdsEnd) }

func holdsEnd(*process.Conn[int]) { thread.Sleep(time.Hour) }

func TestPoll(t *testing.T) { worldtest.Both(t, poll) }

func poll(t *testing.T) {
	a, b := process.Pipe[int]()
	if ok, err := a.Poll(0); ok || err != nil {
		t.Errorf("nothing was sent: %v, %v", ok, err)
	}
	begin := thread.Now()
	if ok, err := a.Poll(20 * time.Millisecond); ok || err != nil || thread.Since(begin) < 20*time.Millisecond {
		t.Errorf("nothing was sent: %v, %v after %v", ok, err, thread.Since(begin))
	}
	p := process.Start(crossTalk, b)
	b.Close()
	if err := a.Send(1); err != nil {
		t.Fatal(err)
	}
	if ok, err := a.Poll(process.NoLimit); !ok || err != nil {
		t.Errorf("there is an answer: %v, %v", ok, err)
	}
	if n, err := a.Recv(); n != 2 || err != nil {
		t.Errorf("the answer is %d, %v", n, err)
	}
	p.Join()
	if ok, err := a.Poll(process.NoLimit); !ok || err != nil {
		t.Errorf("the end of the stream counts: %v, %v", ok, err)
	}
	misuse(t, process.ErrTimeout, "-5ns", func() { _, _ = a.Poll(-5) })
}

func TestHandlesGoAlongWithAStartOnly(t *testing.T) { worldtest.Both(t, handlesGoAlongWithAStartOnly) }

func handlesGoAlongWithAStartOnly(t *testing.T) {
	a, _ := process.Pipe[any]()
	misuse(t, process.ErrInherit, "only as an argument of its start", func() { _ = a.Send(process.NewLock()) })
	misuse(t, process.ErrProcessOnly, "chan int", func() { _ = a.Send(make(chan int)) })
	misuse(t, process.ErrProcessOnly, "os.File", func() { _ = a.Send(os.Stdout) })
}
