package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-zeromq/zmq4"
)

// finWait is how long the peer of a drained connection may be silent without closing its side. Closing ours while it
// still sends would make the operating system reset the connection and throw away what the peer hasn't got yet.
const finWait = time.Second

// peer is one connection after its handshake: a goroutine that reads, one that writes, and a queue between the socket and
// the latter.
type peer struct {
	*link
	id     string // routing id
	config config
	queue  *queue

	gone   chan struct{} // closed when the connection has ended
	once   sync.Once
	reason error // why it ended; read it after gone is closed

	finishing atomic.Bool // everything is sent, and the peer told so
}

func newPeer(l *link, c config) *peer {
	p := &peer{link: l, id: l.identity, config: c, queue: newQueue(c.highWaterMark), gone: make(chan struct{})}
	l.out.Reset(paced{p})
	return p
}

// run serves the peer until its connection ends and returns why. Receive gets each message and each command other than
// PING, one after the other; when it fails, the connection is closed.
func (p *peer) run(receive func(message) error) error {
	writer := make(chan struct{})
	go func() {
		defer close(writer)
		switch err := p.write(); {
		case errors.Is(err, errStalled):
			p.end(err)
		case err != nil:
			// What the peer sent before it hung up is still to be read; the end of that ends the connection.
			p.queue.end()
		}
	}()
	p.end(p.read(receive))
	<-writer
	return p.reason
}

// end closes the connection and drops what is queued. The first reason counts.
func (p *peer) end(reason error) {
	p.once.Do(func() {
		p.reason = reason
		p.queue.end()
		p.conn.Close()
		close(p.gone)
	})
}

func (p *peer) read(receive func(message) error) error {
	for {
		m, err := readMessage(p.in, p.config.maxFrame, p.config.maxMessage)
		if err == nil && m.command == zmq4.CmdPing {
			err = p.pong(m.body)
		} else if err == nil {
			err = receive(m)
		}
		if err == nil && p.finishing.Load() {
			err = p.conn.SetReadDeadline(time.Now().Add(finWait))
		}
		if err != nil {
			return err
		}
	}
}

// pong answers a PING, whose body is a time to live that only matters to its sender and a context to send back.
func (p *peer) pong(ping []byte) error {
	const ttl, maxContext = 2, 16
	if len(ping) < ttl || len(ping) > ttl+maxContext {
		return violation("a PING with a body of %d bytes", len(ping))
	}
	reply := Frames{ping[ttl:]}
	return p.reply(outgoing{frames: reply, pong: true, size: size(reply)})
}

// reply queues m on behalf of the goroutine that reads: a peer that asks more than it takes answers to is read no further.
func (p *peer) reply(m outgoing) error {
	err := p.queue.push(context.Background(), m)
	if errors.Is(err, ErrClosed) {
		return nil // closing: nobody is waiting for this answer
	}
	return err
}

// write sends what is queued until the connection ends, or the queue is drained, in which case the peer gets to see the
// end of the stream and some time to close its side.
func (p *peer) write() error {
	var batch []outgoing
	for {
		if batch = p.queue.take(batch); len(batch) == 0 {
			if err := p.out.Flush(); err != nil {
				return err
			}
			if batch = p.queue.wait(batch); len(batch) == 0 {
				break
			}
		}
		for i, m := range batch {
			batch[i] = outgoing{} // let go of the frames
			if err := p.send(m); err != nil {
				return err
			}
			p.queue.written(m.size)
		}
	}
	if half, ok := p.conn.(interface{ CloseWrite() error }); ok {
		if err := half.CloseWrite(); err != nil {
			return err
		}
	}
	p.finishing.Store(true)
	return p.conn.SetReadDeadline(time.Now().Add(finWait))
}

func (p *peer) send(m outgoing) error {
	if m.pong {
		return p.codec.SendCmd(zmq4.CmdPong, m.frames[0])
	}
	return p.codec.SendMsg(zmq4.NewMsgFrom(m.frames...))
}

// paced writes to the peer's connection for as long as it takes, but gives up when nothing at all moves for the stall
// limit while the queue is full.
type paced struct{ p *peer }

func (w paced) Write(b []byte) (int, error) {
	conn, limit := w.p.conn, w.p.config.stallLimit
	tick := max(limit/4, time.Millisecond)
	done, moved := 0, time.Now()
	for {
		if err := conn.SetWriteDeadline(time.Now().Add(tick)); err != nil {
			return done, err
		}
		n, err := conn.Write(b[done:])
		if done += n; !errors.Is(err, os.ErrDeadlineExceeded) {
			return done, err
		}
		if n > 0 {
			moved = time.Now()
		}
		if _, full := w.p.queue.waiting(); full && time.Since(moved) >= limit {
			return done, errStalled
		}
	}
}

// ordinaryEnd reports whether a connection's end needs no line in the log: the peer left, or was told to.
func ordinaryEnd(err error) bool {
	return err == nil || errors.Is(err, io.EOF) || errors.Is(err, ErrClosed) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, os.ErrDeadlineExceeded)
}

func (p *peer) String() string { return fmt.Sprintf("%q", p.id) }
