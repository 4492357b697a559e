package wire

import "time"

// Option adjusts a socket.
type Option func(*config)

type config struct {
	maxFrame         int
	maxMessage       int
	handshakeTimeout time.Duration
	highWaterMark    int
	stallLimit       time.Duration
	logf             func(format string, args ...any)
}

// frameOverhead is added to each frame's length wherever bytes are counted, so that a flood of empty frames is bounded too.
const frameOverhead = 64

func newConfig(opts []Option) config {
	c := config{
		maxFrame:         128 << 20,
		maxMessage:       256 << 20,
		handshakeTimeout: 10 * time.Second,
		highWaterMark:    64 << 20,
		stallLimit:       10 * time.Second,
		logf:             func(string, ...any) {},
	}
	for _, o := range opts {
		o(&c)
	}
	return c
}

// maxShort bounds what a socket accepts that has no use for long messages.
const maxShort = 64 << 10

// short lowers the limits on received messages to maxShort.
func (c config) short() config {
	c.maxFrame = min(c.maxFrame, maxShort)
	c.maxMessage = min(c.maxMessage, maxShort+frameOverhead)
	return c
}

// MaxFrame sets the longest frame accepted from a peer, in bytes (default 128 MiB). A peer that announces a longer one is
// disconnected before anything is allocated for it.
func MaxFrame(bytes int) Option { return func(c *config) { c.maxFrame = bytes } }

// MaxMessage sets the largest message accepted from a peer, in bytes over all its frames, each counted with 64 bytes more
// than its length (default 256 MiB).
func MaxMessage(bytes int) Option { return func(c *config) { c.maxMessage = bytes } }

// HandshakeTimeout sets how long a new connection may take to become a peer (default 10 s).
func HandshakeTimeout(d time.Duration) Option { return func(c *config) { c.handshakeTimeout = d } }

// HighWaterMark sets how many bytes may wait for one peer before its queue counts as full (default 64 MiB). Each frame
// counts with 64 bytes more than its length. A queue below the mark takes one more message of any size.
func HighWaterMark(bytes int) Option { return func(c *config) { c.highWaterMark = bytes } }

// StallLimit sets how long a peer whose queue is full may take nothing at all before it is disconnected (default 10 s).
// The limit is kept to within a quarter of it.
func StallLimit(d time.Duration) Option { return func(c *config) { c.stallLimit = d } }

// Logf sets a function that gets one line for each connection that was refused or ended by this side, and for each pause
// of accepting. It must be safe for concurrent use. The default is silent.
func Logf(f func(format string, args ...any)) Option {
	return func(c *config) {
		if f != nil {
			c.logf = f
		}
	}
}
