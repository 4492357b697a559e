// Package session is a Jupyter kernel without a language: it serves the five
// channels of a connection and lets an execution.Engine run the cells.
//
// Requests on shell are answered one after the other, in the order in which they
// came; those for a subshell beside them, and those on control at once, also while
// a cell runs. Each lies in an envelope on iopub: status busy, what the request
// brings, its reply, status idle.
package session

import (
	"context"
	"errors"
	"log"
	"sync"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/history"
	"lockstep/kernel/protocol"
	"lockstep/kernel/wire"
)

// How long the end of a kernel may take: in all less than the five seconds after
// which Jupyter kills it.
const (
	// stopGrace is how long the running cell may take to end. An engine promises a
	// second.
	stopGrace = 1500 * time.Millisecond
	// lastWords is how long after the beginning of the end messages may still wait
	// for slow subscribers to have room.
	lastWords = 3 * time.Second
	// linger is how long the last messages may take to reach their peers.
	linger = 1500 * time.Millisecond
)

// Options say what the kernel is and adjust how it is served.
type Options struct {
	// Implementation and ImplementationVersion name the kernel.
	Implementation        string
	ImplementationVersion string
	// Banner is what a console shows at its start.
	Banner    string
	Language  protocol.LanguageInfo
	HelpLinks []protocol.HelpLink
	// ParentPID is the process that the kernel must not outlive, see ParentPID;
	// 0 is none.
	ParentPID int
	// History gets the cells that are executed, and is closed by Serve. nil keeps
	// them in memory.
	History *history.Store
	// Logf gets one line, without line feed, for each thing that went wrong. It
	// must be safe for concurrent use. nil is the log package.
	Logf func(format string, args ...any)
}

// Session is one life of a kernel, from its start to its shutdown.
type Session struct {
	connection protocol.ConnectionInfo
	options    Options
	logf       func(format string, args ...any)
	codec      *protocol.Codec
	sender     protocol.Sender

	shell, control, stdin *wire.Router
	iopub                 *wire.Publisher
	heartbeat             *wire.Heartbeat

	shells  shells
	history *history.Store
	input   inputs
	comms   comms

	starting sync.Once // of status starting
	// alive ends when nothing may wait for a peer any more.
	alive    context.Context
	die      context.CancelFunc
	stopOnce sync.Once
	stopping chan struct{} // closed by stop
	// endEngines closes the shells' engines, once.
	endEngines func()
}

// New makes a session; it does nothing before Serve, which also closes the
// engine: what its goroutines printed last is to be seen.
func New(connection protocol.ConnectionInfo, engine execution.Engine, options Options) *Session {
	s := &Session{
		connection: connection,
		options:    options,
		logf:       options.Logf,
		codec:      protocol.NewCodec(connection.Key),
		sender:     protocol.Sender{Session: protocol.NewID()},
		shells:     shells{main: newShell("", engine), subs: map[string]*shell{}},
		input:      newInputs(),
		comms:      comms{open: map[string]openComm{}},
		stopping:   make(chan struct{}),
	}
	if s.logf == nil {
		s.logf = log.Printf
	}
	if s.history = options.History; s.history == nil {
		s.history = history.Open("", s.logf)
	}
	s.alive, s.die = context.WithCancel(context.Background())
	s.endEngines = sync.OnceFunc(func() {
		for _, sh := range s.shells.all() {
			s.shells.ending.Go(func() {
				if err := sh.engine.Close(); err != nil {
					s.logf("ending the engine: %v", err)
				}
			})
		}
		s.shells.ending.Wait()
	})
	return s
}

// Serve listens and answers until a client asks for the shutdown, ctx is done or
// the parent process is gone. Then it interrupts the running cell, answers what
// is queued, and sends what is left to be sent. It may be called once. The error
// says why the kernel could not listen.
func (s *Session) Serve(ctx context.Context) error {
	defer s.die()
	defer func() {
		if err := s.history.Close(); err != nil {
			s.logf("%v", err)
		}
	}()
	defer s.endEngines()
	if err := s.listen(); err != nil {
		return errors.Join(err, s.closeSockets())
	}
	receiving, stopReceiving := context.WithCancel(context.Background())
	defer stopReceiving()
	var receivers sync.WaitGroup
	receivers.Go(func() { s.receive(receiving, protocol.Shell, s.shell, s.route) })
	receivers.Go(func() { s.receive(receiving, protocol.Control, s.control, s.serveControl) })
	receivers.Go(func() { s.receive(receiving, protocol.Stdin, s.stdin, s.takeInput) })
	go s.serveShell(s.shells.main)

	select {
	case <-ctx.Done():
	case <-s.stopping:
	case <-watchParent(receiving, s.options.ParentPID):
		s.logf("the parent process %d is gone: the kernel ends", s.options.ParentPID)
	}
	s.stop()
	if !s.waitIdle(nil) {
		s.logf("the running cell did not end within %v of the kernel's end", stopGrace)
	}
	s.endEngines()
	stopReceiving()
	receivers.Wait()
	if err := s.closeSockets(); err != nil {
		s.logf("closing: %v", err)
	}
	return nil
}

// stop begins the end: nothing new is run, and the running cell is interrupted.
func (s *Session) stop() {
	s.stopOnce.Do(func() {
		close(s.stopping)
		s.shells.close()
		for _, sh := range s.shells.all() {
			sh.queue.close()
		}
		// From here on even a peer that takes nothing can't keep the kernel alive.
		time.AfterFunc(lastWords, s.die)
	})
}

// waitIdle waits, after stop, until the queues of the shells are worked off, but
// for that of the one that waits. It reports whether that was so in time.
func (s *Session) waitIdle(but *shell) bool {
	timeout := time.NewTimer(stopGrace)
	defer timeout.Stop()
	for _, sh := range s.shells.all() {
		if sh == but {
			continue
		}
		select {
		case <-sh.idle:
		case <-timeout.C:
			return false
		}
	}
	return true
}

func (s *Session) listen() (err error) {
	logf := wire.Logf(s.logf)
	router := func(channel protocol.Channel) (r *wire.Router) {
		if err == nil {
			r, err = wire.ListenRouter(s.connection.Endpoint(channel), logf)
		}
		return r
	}
	if err = s.connection.Validate(); err != nil {
		return err
	}
	// iopub is first, so that a client that is answered on shell can subscribe.
	s.iopub, err = wire.ListenPublisher(s.connection.Endpoint(protocol.IOPub), s.welcome, logf)
	s.shell = router(protocol.Shell)
	s.control = router(protocol.Control)
	s.stdin = router(protocol.Stdin)
	if err == nil {
		s.heartbeat, err = wire.ListenHeartbeat(s.connection.Endpoint(protocol.Heartbeat), logf)
	}
	return err
}

// closeSockets sends what is queued, as far as the peers take it in time.
func (s *Session) closeSockets() error {
	ctx, cancel := context.WithTimeout(context.Background(), linger)
	defer cancel()
	var mu sync.Mutex
	var all error
	var closing sync.WaitGroup
	add := func(f func() error) {
		closing.Go(func() {
			err := f()
			mu.Lock()
			defer mu.Unlock()
			all = errors.Join(all, err)
		})
	}
	for _, router := range []*wire.Router{s.shell, s.control, s.stdin} {
		if router != nil {
			add(func() error { return router.Close(ctx) })
		}
	}
	if s.iopub != nil {
		add(func() error { return s.iopub.Close(ctx) })
	}
	if s.heartbeat != nil {
		add(s.heartbeat.Close)
	}
	closing.Wait()
	return all
}

// receive hands each good message of a socket to take. A bad one costs a line in the log.
func (s *Session) receive(ctx context.Context, channel protocol.Channel, router *wire.Router, take func(*request)) {
	for {
		frames, err := router.Recv(ctx)
		if err != nil {
			return // ctx is done
		}
		arrived := time.Now()
		// The routing id is kept apart: a peer may choose any bytes for it.
		m, err := s.codec.Decode(frames[1:])
		if err != nil {
			s.logf("refused a message on %s from peer %q: %v", channel, frames[0], err)
			continue
		}
		m.Identities = frames[:1+len(m.Identities)]
		take(&request{channel: channel, router: router, shell: s.shells.main, message: m, arrived: arrived})
	}
}

func (s *Session) serveControl(r *request) { s.handle(s.alive, r) }

// Interrupt interrupts the running cell of each shell. A program calls it at SIGINT.
func (s *Session) Interrupt() {
	for _, sh := range s.shells.all() {
		sh.queue.interrupt()
	}
}
