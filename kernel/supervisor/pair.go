package supervisor

import (
	"fmt"
	"os"

	"lockstep/kernel/execution"
)

// pair is the read ends of two pipes that cells print to, one cell after
// another.
type pair struct {
	number  int
	streams [2]*stream
	// writers are the write ends until they have been sent to the worker.
	writers []*os.File
	// users are the cells that may still print to it.
	users map[int]bool
}

// newPair makes the pipes. Their readers are started by begin.
func newPair(number int) (p *pair, err error) {
	p = &pair{number: number, users: map[int]bool{}}
	for i, name := range [...]execution.Stream{execution.Stdout, execution.Stderr} {
		r, w, err := os.Pipe()
		if err != nil {
			p.abandon()
			return nil, fmt.Errorf("pipes for a cell's output: %w", err)
		}
		p.streams[i] = newStream(name, r, "", nil)
		p.writers = append(p.writers, w)
	}
	return p, nil
}

// abandon closes the pipes of a pair that never began.
func (p *pair) abandon() {
	p.closeWriters()
	for _, s := range p.streams {
		if s != nil {
			s.file.Close()
		}
	}
}

func (p *pair) closeWriters() {
	for _, w := range p.writers {
		w.Close()
	}
	p.writers = nil
}

// begin starts the readers.
func (p *pair) begin(token string, to *sink) {
	for _, s := range p.streams {
		s.token, s.sink = token, to
		go s.read()
	}
}

// to sends what comes from now on to another sink.
func (p *pair) to(sink *sink) {
	for _, s := range p.streams {
		s.to(sink)
	}
}

// at calls handle when all text before the mark has been shown, and before any
// text after it is. With final, even characters that are cut are shown.
func (p *pair) at(mark uint64, final bool, handle func()) {
	var waiting [len(p.streams)]bool
	for i, s := range p.streams {
		waiting[i] = s.await(mark)
		if waiting[i] && final {
			s.show(true)
		}
	}
	handle()
	for i, s := range p.streams {
		if waiting[i] {
			s.resume <- struct{}{}
		}
	}
}

// finish has the readers show what is there and stop.
func (p *pair) finish() {
	for _, s := range p.streams {
		s.finish()
	}
}

// wait waits until the readers have stopped.
func (p *pair) wait() {
	for _, s := range p.streams {
		<-s.finished
	}
}
