package supervisor

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"sync"
	"time"
	"unicode/utf8"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
)

const (
	batchTime = 10 * time.Millisecond // how long text waits for more
	batchSize = 32 << 10              // how much text, in bytes, doesn't wait
	// drainTime is how long the reader waits for text after the worker's end.
	// What the worker wrote is there at once; only a process that it left behind
	// can keep the pipe open and make the reader wait at all.
	drainTime = 100 * time.Millisecond
	// maxHeld is how much of a crash text is kept, in bytes.
	maxHeld = 64 << 10
)

// stream reads one pipe of a worker and shows its text, up to each mark before
// the message that the mark goes with is handled.
type stream struct {
	name  execution.Stream
	file  *os.File
	token string
	// crash says that the Go runtime's crash text may come here. It is held
	// back until the next mark shows that it was something else.
	crash bool

	mu     sync.Mutex
	sink   *sink
	ending bool          // read what is there, then stop
	end    chan struct{} // closed when ending is set

	arrived  chan uint64   // the reader has reached a mark, and waits for resume
	resume   chan struct{} // the mark's message has been handled
	finished chan struct{} // the reader has stopped

	// These belong to the reader; while it waits for resume, to whom it waits
	// for; once finished is closed, to anyone.
	raw     []byte // read, and may begin with part of a mark
	text    []byte // to be shown; may end with part of a character
	held    []byte // held back as possible crash text
	dropped bool   // held is not complete
	shown   time.Time
	armed   bool // the file has a read deadline
}

func newStream(name execution.Stream, file *os.File, token string, to *sink) *stream {
	return &stream{
		name: name, file: file, token: token, sink: to,
		end: make(chan struct{}), arrived: make(chan uint64), resume: make(chan struct{}), finished: make(chan struct{}),
	}
}

// to sends what is read from now on to another sink.
func (s *stream) to(sink *sink) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sink = sink
}

// finish has the reader read what is there and stop.
func (s *stream) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ending {
		s.ending = true
		close(s.end)
		_ = s.file.SetReadDeadline(time.Now()) // wakes the reader
	}
}

// read is the reader.
func (s *stream) read() {
	defer close(s.finished)
	defer s.file.Close()
	buffer := make([]byte, batchSize)
	for {
		ending := s.setDeadline()
		n, err := s.file.Read(buffer)
		s.take(buffer[:n])
		timeout := errors.Is(err, os.ErrDeadlineExceeded)
		if err != nil && (!timeout || ending) {
			s.text = append(s.text, s.raw...)
			s.show(true)
			return
		}
		if len(s.text) >= batchSize || timeout || time.Since(s.shown) >= batchTime {
			s.show(false)
		}
	}
}

// setDeadline bounds the next read to the end of the batch, and reports whether
// the stream is ending.
func (s *stream) setDeadline() (ending bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ending:
		_ = s.file.SetReadDeadline(time.Now().Add(drainTime))
	case len(s.text) > 0:
		_ = s.file.SetReadDeadline(s.shown.Add(batchTime))
		s.armed = true
	case s.armed:
		_ = s.file.SetReadDeadline(time.Time{})
		s.armed = false
	}
	return s.ending
}

// take sorts what has been read into text and marks, and stops at each mark.
func (s *stream) take(b []byte) {
	s.raw = append(s.raw, b...)
	for {
		text, mark, rest, found := link.FindMark(s.raw, s.token)
		s.keep(text)
		s.raw = append(s.raw[:0], rest...)
		if !found {
			return
		}
		s.text = append(s.text, s.held...)
		s.held, s.dropped = nil, false
		s.show(false)
		select {
		case s.arrived <- mark:
			<-s.resume // whoever receives from arrived sends it
		case <-s.end:
		}
	}
}

var crashLine = regexp.MustCompile(`(?m)^(panic: |fatal error: |runtime: |unexpected fault address |SIG[A-Z]+: |\[signal )`)

// keep adds to the text, or to what is held back.
func (s *stream) keep(text []byte) {
	if s.crash && len(s.held) == 0 {
		all := append(s.text, text...)
		s.text = all
		// Text that was shown before may have ended within a line: then this
		// doesn't begin one, but to hold it back for a moment does no harm.
		at := crashLine.FindIndex(all)
		if at == nil {
			return
		}
		s.text, text = all[:at[0]], bytes.Clone(all[at[0]:])
	} else if !s.crash {
		s.text = append(s.text, text...)
		return
	}
	if room := maxHeld - len(s.held); len(text) > room {
		text, s.dropped = text[:room], true
	}
	s.held = append(s.held, text...)
}

// show hands the text to the sink. Part of a character at its end waits for the
// rest, unless all is said.
func (s *stream) show(all bool) {
	text := s.text
	if !all {
		text = text[:wholeCharacters(text)]
	}
	if len(text) > 0 {
		s.mu.Lock()
		to := s.sink
		s.mu.Unlock()
		to.stream(s.name, string(bytes.ToValidUTF8(text, []byte("\uFFFD"))))
		s.text = append(s.text[:0], s.text[len(text):]...)
	}
	s.shown = time.Now()
}

// wholeCharacters is the length of b without a last character that is cut.
func wholeCharacters(b []byte) int {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return i
			}
			break
		}
	}
	return len(b)
}

// await waits until the reader has reached the mark. It reports whether the
// reader then waits for a send to resume, which the caller owes.
func (s *stream) await(mark uint64) bool {
	for {
		select {
		case n := <-s.arrived:
			if n >= mark {
				return true
			}
			s.resume <- struct{}{} // the mark of a message that never came
		case <-s.finished:
			return false
		}
	}
}
