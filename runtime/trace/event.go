package trace

import (
	"fmt"
	"time"
)

// Lane is a thread, or what else does one thing at a time, in a Recorder. It is
// made by Recorder.Lane; the zero Lane is none.
type Lane int32

// Kind says what an Event is.
type Kind uint8

// The kinds of events. The first group says in which state a lane is from then on,
// until its next event of that group.
const (
	// Begin: the lane begins; it is ready until it says otherwise. Peer, if there
	// is one, began it.
	Begin Kind = iota + 1
	// Ready: it could go on, but something else has the processor.
	Ready
	// Running: it goes on. On, if not empty, is the processor that it has.
	Running
	// Blocked: it waits for the resource On.
	Blocked
	// Sleeping: it waits for a time to come, or for the device On; then Text, if not
	// empty, says so in words.
	Sleeping
	// End: it has ended.
	End

	// Acquire: it holds the resource On from here, once more if it did already.
	Acquire
	// Release: it, or if it doesn't another lane that does, holds the resource On
	// once less.
	Release
	// Send: it sends something to whichever lane has the Receive of the same
	// Message number.
	Send
	// Receive: it receives that.
	Receive
	// Act: it does Text to On, such as "Lock" to "Mutex A".
	Act
	// Mark: a remark in Text, such as "n = 99".
	Mark
	// Detail: one that helps to follow steps, such as "read list": a timeline along
	// the time leaves it out.
	Detail
)

var kindNames = [...]string{"", "Begin", "Ready", "Running", "Blocked", "Sleeping", "End", "Acquire", "Release", "Send", "Receive", "Act", "Mark", "Detail"}

// String returns the name of the constant.
func (k Kind) String() string {
	if k == 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("Kind(%d)", uint8(k))
	}
	return kindNames[k]
}

// state reports whether k says in which state a lane is.
func (k Kind) state() bool { return k >= Begin && k <= End }

// Event is one thing that happened in a lane.
type Event struct {
	// At is the time since the beginning of the trace, 0 or more.
	At time.Duration
	// Lane is where it happened.
	Lane Lane
	// Kind says which of the fields below mean something.
	Kind Kind
	// Peer is another lane that had to do with it; the zero Lane if none did.
	Peer Lane
	// Message pairs a Send with a Receive. It is not 0 there.
	Message int64
	// On is the name of a resource, a device or a processor.
	On string
	// Text is what pictures say about the event.
	Text string
	// Place is where the code of the event stands, such as "In[3]:5" or
	// "main.go:12"; empty if that isn't known.
	Place string
}
