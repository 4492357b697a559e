package sched

import (
	"errors"
	"fmt"
	"time"
)

// ErrTimeout says that a time-out was negative and not Forever.
var ErrTimeout = errors.New("the time-out is negative (Python: ValueError)")

// ErrValue says that a count was too small.
var ErrValue = errors.New("the value is out of range (Python: ValueError)")

// CheckLimit panics if limit is no valid time-out of op.
func CheckLimit(op *Op, limit time.Duration) {
	if limit < 0 && limit != Forever {
		Fail(Current(), &Misuse{Op: op, Name: op.Kind, Err: ErrTimeout, Detail: limit.String()})
	}
}

// CheckValue panics if n, an argument of op, is less than least.
func CheckValue(op *Op, n, least int) {
	if n < least {
		Fail(Current(), &Misuse{Op: op, Name: op.Kind, Err: ErrValue, Detail: fmt.Sprintf("%d is less than %d", n, least)})
	}
}
