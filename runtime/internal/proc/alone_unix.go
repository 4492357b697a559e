//go:build unix

package proc

import (
	"context"
	"runtime/pprof"
	"sync"
	"time"
)

// lending knows the children that were handed something.
type lending struct {
	mu      sync.Mutex
	known   bool // else others may have it that this process doesn't know
	to      []*Child
	changed chan struct{} // closed when there is a child more
}

// begin says that this process has made it. Only the one that no other has started
// learns of the end of its children's children.
func (l *lending) begin() { l.known, l.changed = !Inherited(), make(chan struct{}) }

// GivenTo says that a child was handed it.
func (l *lending) GivenTo(c *Child) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.known {
		return
	}
	l.to = append(l.to, c)
	close(l.changed)
	l.changed = make(chan struct{})
}

// elsewhere returns one of the processes that may have it, nil for none, and the
// channel that is closed when there is one more.
func (l *lending) elsewhere() (*Child, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.to) > 0 {
		select {
		case <-l.to[0].vacant:
			l.to = l.to[1:]
		default:
			return l.to[0], l.changed
		}
	}
	return nil, l.changed
}

// await waits until something can be read, which l's children or this process write.
// A wait without a limit fails with ErrNoProducer once those have ended, and of this
// process nobody ever will.
func (d *descriptor) await(limit time.Duration, cancel <-chan struct{}, l *lending, alone Alone) error {
	if err := d.read(0, nil, ready); err != ErrTimeout || limit == 0 {
		return err
	}
	if limit != Forever || l == nil || !l.known {
		return d.read(limit, cancel, ready)
	}
	stop, result := make(chan struct{}), make(chan error, 1)
	defer close(stop)
	go func() {
		// It is none of the goroutines of which someone asks whether all wait.
		pprof.SetGoroutineLabels(context.Background())
		result <- d.read(Forever, stop, ready)
	}()
	for {
		var giveUp, gone <-chan struct{}
		end := func() {}
		child, changed := l.elsewhere()
		if child != nil {
			gone = child.vacant
		} else {
			giveUp, end = alone()
		}
		select {
		case err := <-result:
			end()
			return err
		case <-cancel:
			end()
			return ErrCancelled
		case <-gone:
		case <-changed:
		case <-giveUp:
			end()
			if err := d.read(0, nil, ready); err != ErrTimeout {
				return err
			}
			return ErrNoProducer
		}
		end()
	}
}
