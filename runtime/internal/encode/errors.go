package encode

import (
	"errors"
	"reflect"
)

var (
	// ErrUnknownType says that an interface holds a value of a type that the other
	// process would not find.
	ErrUnknownType = errors.New("the type is not known to other processes")
	// ErrProcessOnly says that a value means something in its own process only.
	ErrProcessOnly = errors.New("it means something in its own process only")
	// ErrDeep says that a value is nested too deeply, as one is that holds itself in
	// a slice.
	ErrDeep = errors.New("it is nested too deeply")
	// ErrMalformed says that bytes are not what an Encoder writes.
	ErrMalformed = errors.New("malformed bytes")
	// ErrInherit says that a handle can be handed to a process only when that is
	// started.
	ErrInherit = errors.New("it can be handed to another process only as an argument of its start (Python: RuntimeError: … should only be shared between processes through inheritance)")
)

// Error says which part of a value can't be encoded.
type Error struct {
	// Path is the way to the part, such as ".Next[3]"; "" for the value itself.
	Path string
	Type reflect.Type
	Err  error
}

func (e *Error) Error() string {
	at := "a value"
	if e.Path != "" {
		at = "the part " + e.Path
	}
	return at + " of type " + e.Type.String() + " can't go to another process: " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// below says that an error is of a part of the value at hand.
func below(step string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		return &Error{Path: step + e.Path, Type: e.Type, Err: e.Err}
	}
	return err
}

type reason struct {
	text  string
	cause error
}

func (r *reason) Error() string { return r.text }
func (r *reason) Unwrap() error { return r.cause }

// refusal is why a type can't be encoded.
func refusal(t reflect.Type) error {
	text := ""
	switch {
	case t.Kind() == reflect.Chan:
		text = "a channel connects goroutines of one process; use a process.Queue or a process.Pipe"
	case t.Kind() == reflect.Func:
		text = "a function lives in its own process"
	case t.PkgPath() == "sync" || t.PkgPath() == "sync/atomic":
		text = "it works among the goroutines of one process; use process.Lock and its kin"
	case ofThreads(t):
		text = "it works among the threads of one process; use its kin of package process"
	default:
		text = ErrProcessOnly.Error()
	}
	return &Error{Type: t, Err: &reason{text, ErrProcessOnly}}
}

// RemoteError is an error of another process whose type is known there only.
type RemoteError struct {
	Type string // *errors.errorString
	Text string
}

func (e *RemoteError) Error() string { return e.Text }
