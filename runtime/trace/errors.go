package trace

import (
	"errors"
	"fmt"
)

// What can be wrong with an Event; an *EventError wraps one of them.
var (
	// ErrLane: the Recorder has no such lane.
	ErrLane = errors.New("there is no such lane")
	// ErrTime: the event's time is before the beginning.
	ErrTime = errors.New("its time is negative")
	// ErrKind: the event is of no kind that there is.
	ErrKind = errors.New("there is no such kind of event")
	// ErrResource: an Acquire, Release or Blocked names nothing in On.
	ErrResource = errors.New("it names no resource")
	// ErrMessage: a Send or Receive has no Message number.
	ErrMessage = errors.New("it has no message number")
)

// EventError says which event could not be used, and why.
type EventError struct {
	Event Event
	Err   error
}

func (e *EventError) Error() string {
	what := fmt.Sprintf("trace: %v at %v in lane %d", e.Event.Kind, e.Event.At, e.Event.Lane)
	if e.Event.Place != "" {
		what += " (" + e.Event.Place + ")"
	}
	return what + ": " + e.Err.Error()
}

func (e *EventError) Unwrap() error { return e.Err }

// check says what is wrong with an event of a recorder with so many lanes.
func check(e Event, lanes int) error {
	var err error
	switch {
	case e.Lane < 1 || int(e.Lane) > lanes || e.Peer < 0 || int(e.Peer) > lanes:
		err = ErrLane
	case e.At < 0:
		err = ErrTime
	case e.Kind < Begin || e.Kind > Detail:
		err = ErrKind
	case e.On == "" && (e.Kind == Acquire || e.Kind == Release || e.Kind == Blocked):
		err = ErrResource
	case e.Message == 0 && (e.Kind == Send || e.Kind == Receive):
		err = ErrMessage
	default:
		return nil
	}
	return &EventError{e, err}
}
