package worker

import (
	"fmt"
	"os"
	"sync"

	"lockstep/kernel/link"
)

// pipes are the write ends of one pair of pipes, for standard output and error.
type pipes struct {
	token string
	mu    sync.Mutex // one mark at a time, in the order of their messages
	last  uint64
	// own are private duplicates: code that closes its os.Stdout must not keep
	// the marks from the front. Indexed like lent.
	own [2]*os.File
	// lent are what cells print to. They stay the same from cell to cell, so
	// that a writer made in one cell works in the next.
	lent [2]*os.File
}

var pipeNames = [2]string{"/dev/stdout", "/dev/stderr"}

// newPipes takes over the two files.
func newPipes(token string, stdout, stderr *os.File) (*pipes, error) {
	p := &pipes{token: token, lent: [2]*os.File{stdout, stderr}}
	for i, f := range p.lent {
		own, err := duplicate(f, pipeNames[i])
		if err != nil {
			p.close()
			return nil, fmt.Errorf("duplicating %s: %w", f.Name(), err)
		}
		p.own[i] = own
	}
	return p, nil
}

// files returns what a cell prints to, made anew if code has closed it.
func (p *pipes) files() (stdout, stderr *os.File, err error) {
	for i, f := range p.lent {
		if _, statErr := f.Stat(); statErr == nil {
			continue
		}
		if p.lent[i], err = duplicate(p.own[i], pipeNames[i]); err != nil {
			return nil, nil, fmt.Errorf("reopening %s: %w", pipeNames[i], err)
		}
	}
	return p.lent[0], p.lent[1], nil
}

// mark writes a mark to both pipes and calls send with its number, in an order
// that is the same for the pipes and the link. It blocks while a pipe is full.
func (p *pipes) mark(send func(mark uint64)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	text := link.AppendMark(nil, p.token, p.last)
	for _, f := range p.own {
		// It fails only if the front is gone; then nobody waits for the mark.
		_, _ = f.Write(text)
	}
	send(p.last)
}

func (p *pipes) close() {
	for _, f := range [...]*os.File{p.own[0], p.own[1], p.lent[0], p.lent[1]} {
		if f != nil {
			f.Close()
		}
	}
}
