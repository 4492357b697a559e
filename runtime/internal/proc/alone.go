package proc

import (
	"strings"
	"sync"
	"time"

	"lockstep/runtime/internal/scope"
)

// Alone is told that the calling goroutine waits for what only goroutines of this
// process can bring, until it calls end. giveUp is closed once none of them ever will.
type Alone func() (giveUp <-chan struct{}, end func())

// lonely are the waits of NoteAlone.
var lonely struct {
	sync.Mutex
	waits map[chan struct{}]bool
}

// NoteAlone is an Alone for a program that someone watches, who calls GiveUp.
func NoteAlone() (giveUp <-chan struct{}, end func()) {
	wait := make(chan struct{})
	lonely.Lock()
	defer lonely.Unlock()
	if lonely.waits == nil {
		lonely.waits = map[chan struct{}]bool{}
	}
	lonely.waits[wait] = true
	return wait, func() {
		lonely.Lock()
		defer lonely.Unlock()
		delete(lonely.waits, wait)
	}
}

// GiveUp ends the waits of NoteAlone. It reports whether there were any.
func GiveUp() bool {
	lonely.Lock()
	defer lonely.Unlock()
	some := len(lonely.waits) > 0
	for wait := range lonely.waits {
		close(wait)
	}
	clear(lonely.waits)
	return some
}

// aloneLook is the time between two looks at whether there are other goroutines. It
// takes two that find none: one that has just been started may not be there yet.
const aloneLook = 250 * time.Millisecond

// WatchAlone is an Alone for a program that nobody watches: it gives up where the
// program has no other goroutine.
func WatchAlone() (giveUp <-chan struct{}, end func()) {
	wait, stop := make(chan struct{}), make(chan struct{})
	go func() {
		tick := time.NewTicker(aloneLook)
		defer tick.Stop()
		for looks := 0; looks < 2; looks++ {
			select {
			case <-stop:
				return
			case <-tick.C:
			}
			if userGoroutines() != 1 {
				looks = -1
			}
		}
		close(wait)
	}()
	return wait, sync.OnceFunc(func() { close(stop) })
}

// userGoroutines is how many goroutines the user's code has started, or is run by.
func userGoroutines() (n int) {
	for _, s := range scope.Stacks() {
		if users(s.Text) {
			n += s.Count
		}
	}
	return n
}

// helpers are packages whose goroutines call nothing of the user's, if nothing else
// is among their calls.
var helpers = []string{
	"lockstep/runtime/internal/", "lockstep/runtime/support/", "golang.org/x/sys/",
	"runtime.", "runtime/", "internal/", "os.", "os/signal.", "sync.", "sync/", "syscall.", "time.", "context.",
}

// users says of a goroutine's calls that one of them is not of a helper.
func users(stack string) bool {
	for line := range strings.Lines(stack) {
		fields := strings.Fields(line) // # 0x47 package.function+0x1 file:line
		if len(fields) < 3 || fields[0] != "#" || !strings.HasPrefix(fields[1], "0x") {
			continue
		}
		helper := false
		for _, h := range helpers {
			helper = helper || strings.HasPrefix(fields[2], h)
		}
		if !helper {
			return true
		}
	}
	return false
}
