package supervisor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/link"
)

const (
	// readyTime is how long a worker may take to report.
	readyTime = 30 * time.Second
	// leaveTime is how long a worker may outlive its end of the link.
	leaveTime = time.Second
)

// process is one worker process.
type process struct {
	command *exec.Cmd
	conn    *link.Conn
	config  Config
	// context ends with the process; requests for input depend on it.
	context context.Context
	cancel  context.CancelFunc

	native    *pair         // the process's own descriptors 1 and 2
	crashFile *os.File      // the Go runtime's crash text
	exited    chan struct{} // closed when the process has been reaped
	over      chan struct{} // closed when also died is set and all output shown
	died      *Died

	mu          sync.Mutex
	pool        pool
	cells       map[int]*cell
	idle        []int // those of them of which nothing runs any more, the oldest first
	last        *cell // the cell that runs, or ran last
	done        chan link.Done
	interrupted bool
	closing     bool
	evidence    evidence

	comms comms
}

// start starts a worker and waits until it is ready, or life ends.
func start(life context.Context, config Config) (p *process, err error) {
	conn, far, err := link.Pair()
	if err != nil {
		return nil, err
	}
	crashRead, crashWrite, err := os.Pipe()
	if err != nil {
		conn.Close()
		far.Close()
		return nil, err
	}
	native, err := newPair(-1)
	if err != nil {
		conn.Close()
		far.Close()
		crashRead.Close()
		crashWrite.Close()
		return nil, err
	}

	command := exec.Command(config.Argv[0], config.Argv[1:]...)
	command.Env, command.Dir = config.Env, config.Dir
	if config.MoreEnv != nil {
		command.Env = append(slices.Clip(command.Environ()), config.MoreEnv()...)
	}
	command.Stdout, command.Stderr = native.writers[0], native.writers[1]
	command.ExtraFiles = []*os.File{far, crashWrite} // descriptors 3 and 4
	err = adopted.start(func() (int, error) {
		if err := command.Start(); err != nil {
			return 0, err
		}
		return command.Process.Pid, nil
	})
	// The worker's ends must be the worker's alone: their closing tells its end.
	far.Close()
	crashWrite.Close()
	if err != nil {
		conn.Close()
		crashRead.Close()
		native.abandon()
		return nil, fmt.Errorf("starting the worker: %w", err)
	}
	native.closeWriters()

	p = &process{
		command: command, conn: conn, config: config, native: native, crashFile: crashRead,
		exited: make(chan struct{}), over: make(chan struct{}), cells: map[int]*cell{}, comms: newComms(),
	}
	p.context, p.cancel = context.WithCancel(context.Background())
	go func() {
		// The state says how it ended; Died reports it.
		_ = command.Wait()
		adopted.gone(command.Process.Pid)
		close(p.exited)
	}()
	ready, err := p.awaitReady(life)
	if err != nil {
		conn.Close()
		// It may be about to say why it ends.
		timer := time.AfterFunc(leaveTime, p.kill)
		<-p.exited
		timer.Stop()
		p.cancel()
		crashRead.Close()
		stderr := native.streams[1].file
		_ = stderr.SetReadDeadline(time.Now().Add(drainTime))
		text, _ := io.ReadAll(io.LimitReader(stderr, 4<<10))
		native.abandon()
		return nil, fmt.Errorf("starting the worker: %w%s", err, indent(text))
	}
	p.pool.token = ready.Token
	p.evidence.memory = ready.Memory
	native.streams[1].crash = true
	native.begin(ready.Token, &sink{out: discard{}})
	go p.serve()
	return p, nil
}

func indent(text []byte) string {
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return ""
	}
	return "\n\t" + string(bytes.ReplaceAll(text, []byte("\n"), []byte("\n\t")))
}

func (p *process) awaitReady(life context.Context) (link.Ready, error) {
	ctx, cancel := context.WithTimeout(life, readyTime)
	defer cancel()
	stop := context.AfterFunc(ctx, p.kill)
	defer stop()
	m, _, err := p.conn.Receive()
	ready, ok := m.(link.Ready)
	switch {
	case errors.Is(err, io.EOF):
		return link.Ready{}, errors.New("it ended before it was ready")
	case err != nil:
		return link.Ready{}, err
	case !ok:
		return link.Ready{}, fmt.Errorf("its first message is %T, not link.Ready", m)
	case !link.ValidToken(ready.Token):
		return link.Ready{}, fmt.Errorf("its token %q is malformed", ready.Token)
	}
	return ready, nil
}

func (p *process) pid() int { return p.command.Process.Pid }

func (p *process) kill() { _ = p.command.Process.Kill() } // it may have ended

// run runs one cell.
func (p *process) run(ctx context.Context, run link.Run, out execution.Output, grace time.Duration) (link.Done, error) {
	c := &cell{number: run.Cell, sink: &sink{out: out}}
	done := make(chan link.Done, 1)
	if err := p.begin(c, run, done); err != nil {
		return link.Done{}, err
	}
	select {
	case d := <-done:
		return d, nil
	case <-p.over:
		return link.Done{}, p.reportFor(c)
	case <-ctx.Done():
	}

	_ = p.conn.Send(link.Cancel{Cell: c.number}) // if it fails, the grace ends it
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case d := <-done:
		return d, nil
	case <-p.over:
		return link.Done{}, p.reportFor(c)
	case <-timer.C:
	}
	p.mu.Lock()
	p.interrupted = true
	p.mu.Unlock()
	p.kill()
	timer.Reset(grace)
	select {
	case <-p.over:
		return link.Done{}, p.reportFor(c)
	case <-timer.C:
		// An output that blocks keeps the rest of the text.
		return link.Done{}, &Died{Cell: c.number, Cause: Interrupted, Reason: "interrupted"}
	}
}

// begin sends the cell to the worker.
func (p *process) begin(c *cell, run link.Run, done chan link.Done) error {
	p.mu.Lock()
	notice, err := p.pool.take(c)
	if err != nil {
		p.mu.Unlock()
		return err
	}
	p.cells[c.number] = c
	p.last = c
	p.done = done
	files := c.pair.writers
	p.mu.Unlock()

	p.native.to(c.sink)
	notify(c.sink, notice)
	run.Pipes = c.pair.number
	err = p.conn.Send(run, files...)
	var tooLarge *link.TooLargeError
	if errors.As(err, &tooLarge) {
		p.mu.Lock()
		p.pool.release(c.number)
		p.mu.Unlock()
		return err
	}
	// Any other error means that the worker is ending: over says why.
	c.pair.closeWriters()
	return nil
}

// reportFor is the error of a cell whose worker has ended.
func (p *process) reportFor(c *cell) *Died {
	died := *p.died
	died.Cell = c.number
	return &died
}

// serve handles the worker's messages until its end, and then sees to that.
func (p *process) serve() {
	for {
		m, files, err := p.conn.Receive()
		for _, f := range files {
			f.Close() // a worker sends none
		}
		var unknown *link.UnknownTypeError
		if errors.As(err, &unknown) {
			p.config.Logf("supervisor: worker %d: %v", p.pid(), err)
			continue
		}
		if err != nil {
			if !errors.Is(err, io.EOF) && !p.isClosing() {
				p.config.Logf("supervisor: worker %d: %v", p.pid(), err)
			}
			break
		}
		p.handle(m)
	}
	p.cancel()
	p.conn.Close()
	timer := time.AfterFunc(leaveTime, p.kill)
	<-p.exited
	timer.Stop()
	p.conclude()
}

func (p *process) isClosing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closing
}

func (p *process) cell(number int) *cell {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cells[number]
}

func (p *process) handle(m link.Message) {
	switch m := m.(type) {
	case link.Display:
		if c := p.cell(m.Cell); c != nil {
			c.pair.at(m.Mark, false, func() { c.sink.display(m.Display) })
		}
	case link.Clear:
		if c := p.cell(m.Cell); c != nil {
			c.pair.at(m.Mark, false, func() { c.sink.clear(m.Wait) })
		}
	case link.Turn:
		if c := p.cell(m.Cell); c != nil {
			c.pair.at(m.Mark, false, func() {})
		}
	case link.Ask:
		if c := p.cell(m.Cell); c != nil {
			c.pair.at(m.Mark, false, func() { c.sink.ask(m.Payload) })
		}
	case link.Verdict:
		if c := p.cell(m.Cell); c != nil {
			c.pair.at(m.Mark, false, func() { c.sink.verdict(m.Verdict) })
		}
	case link.Comm:
		if c := p.cell(m.Cell); c != nil {
			p.comms.note(m.Comm, c)
			c.pair.at(m.Mark, false, func() { c.sink.comm(m.Comm) })
		}
	case link.CommDone:
		p.comms.answer(m)
	case link.Input:
		if c := p.cell(m.Cell); c != nil {
			// Others of the cell's goroutines may print while the user types.
			c.pair.at(m.Mark, false, func() { go p.input(c, m) })
		}
	case link.Done:
		if c := p.cell(m.Cell); c != nil {
			p.finish(c, m)
		}
	case link.Exit, link.Crash, link.Trace:
		p.mu.Lock()
		p.evidence.note(m)
		p.mu.Unlock()
	default:
		p.config.Logf("supervisor: worker %d sent a %T", p.pid(), m)
	}
}

// input asks the user. It ends with the process at the latest.
func (p *process) input(c *cell, m link.Input) {
	text, err := c.sink.out.Input(p.context, m.Prompt, m.Password)
	reply := link.InputReply{Cell: c.number, Text: text}
	if err != nil {
		reply.Err = err.Error()
	}
	_ = p.conn.Send(reply) // if it fails, nobody waits for it any more
}

// finish ends a cell. A cell without goroutines gives its pipes back.
func (p *process) finish(c *cell, d link.Done) {
	p.native.at(d.Native, true, func() {})
	c.pair.at(d.Mark, !d.Busy, func() {})
	p.mu.Lock()
	done := p.done
	p.done = nil
	if !d.Busy {
		p.release(c.number)
	}
	for _, number := range d.Idle {
		p.release(number)
	}
	p.mu.Unlock()
	if done != nil {
		done <- d
	}
}

// maxIdle is how many cells of which nothing runs any more are remembered: a timer of
// theirs may still show something.
const maxIdle = 64

// release takes its pipes from a cell of which nothing runs any more. The caller holds
// mu.
func (p *process) release(number int) {
	p.pool.release(number)
	if p.idle = append(p.idle, number); len(p.idle) > maxIdle {
		delete(p.cells, p.idle[0])
		p.idle = p.idle[1:]
	}
}

// conclude finds out why the process has ended, and shows what it left behind.
func (p *process) conclude() {
	p.mu.Lock()
	pairs := append([]*pair{p.native}, p.pool.pairs...)
	last := p.last
	p.mu.Unlock()
	for _, pair := range pairs {
		pair.finish()
	}
	_ = p.crashFile.SetReadDeadline(time.Now().Add(drainTime))
	crash, _ := io.ReadAll(io.LimitReader(p.crashFile, maxHeld)) // ends at the deadline
	p.crashFile.Close()
	for _, pair := range pairs {
		pair.wait()
	}

	stderr := p.native.streams[1]
	p.mu.Lock()
	running := p.done != nil
	p.died = p.evidence.verdict(p.command.ProcessState, crash, stderr.held, p.interrupted)
	p.mu.Unlock()
	if last != nil {
		if len(crash) == 0 {
			// It only looked like crash text.
			stderr.text = append(stderr.text, stderr.held...)
			stderr.show(true)
		} else if !running {
			// No cell will report it.
			last.sink.stream(execution.Stderr, p.died.Reason+"\n")
		}
	}
	p.comms.end()
	close(p.over)
}

// close ends the process by closing the link, and waits for its end.
func (p *process) close(grace time.Duration) {
	p.mu.Lock()
	p.closing = true
	p.mu.Unlock()
	p.conn.Close()
	timer := time.AfterFunc(grace, p.kill)
	defer timer.Stop()
	<-p.exited
	select {
	case <-p.over:
	case <-time.After(grace):
		// An output blocks; what it does not take is nobody's business any more.
	}
}
