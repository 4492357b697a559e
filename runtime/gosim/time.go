package gosim

import (
	"context"
	"time"

	"lockstep/runtime/internal/gosim"
	"lockstep/runtime/support"
)

// After is time.After.
func After(d time.Duration) <-chan time.Time {
	if s := gosim.Current(); s != nil {
		return s.After(d)
	}
	return time.After(d)
}

// Tick is time.Tick.
func Tick(d time.Duration) <-chan time.Time {
	if s := gosim.Current(); s != nil {
		return s.Tick(d)
	}
	return time.Tick(d)
}

// NewTimer is time.NewTimer.
func NewTimer(d time.Duration) *time.Timer {
	if s := gosim.Current(); s != nil {
		return s.NewTimer(d)
	}
	return time.NewTimer(d)
}

// NewTicker is time.NewTicker.
func NewTicker(d time.Duration) *time.Ticker {
	if s := gosim.Current(); s != nil {
		return s.NewTicker(d)
	}
	return time.NewTicker(d)
}

// AfterFunc is time.AfterFunc.
func AfterFunc(d time.Duration, f func()) *time.Timer {
	if s := gosim.Current(); s != nil {
		return s.AfterFunc(d, f)
	}
	return time.AfterFunc(d, f)
}

// Timer is a time.Timer.
func Timer(t *time.Timer, _ string) TimerMethods { return TimerMethods{t} }

// TimerMethods are those of a time.Timer.
type TimerMethods struct{ t *time.Timer }

// Stop is t.Stop.
func (x TimerMethods) Stop() bool {
	if s := gosim.Current(); s != nil {
		return s.StopTimer(x.t)
	}
	return x.t.Stop()
}

// Reset is t.Reset.
func (x TimerMethods) Reset(d time.Duration) bool {
	if s := gosim.Current(); s != nil {
		return s.ResetTimer(x.t, d)
	}
	return x.t.Reset(d)
}

// Ticker is a time.Ticker.
func Ticker(t *time.Ticker, _ string) TickerMethods { return TickerMethods{t} }

// TickerMethods are those of a time.Ticker.
type TickerMethods struct{ t *time.Ticker }

// Stop is t.Stop.
func (x TickerMethods) Stop() {
	if s := gosim.Current(); s != nil {
		s.StopTicker(x.t)
		return
	}
	x.t.Stop()
}

// Reset is t.Reset.
func (x TickerMethods) Reset(d time.Duration) {
	if s := gosim.Current(); s != nil {
		s.ResetTicker(x.t, d)
		return
	}
	x.t.Reset(d)
}

// WithCancel is context.WithCancel.
func WithCancel(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := WithCancelCause(parent)
	return ctx, func() { cancel(nil) }
}

// WithCancelCause is context.WithCancelCause.
func WithCancelCause(parent context.Context) (context.Context, context.CancelCauseFunc) {
	if s := gosim.Current(); s != nil {
		return s.WithCancelCause(parent)
	}
	ctx, cancel := context.WithCancelCause(parent)
	return ctx, func(cause error) {
		outside()
		cancel(cause)
	}
}

// WithTimeout is context.WithTimeout.
func WithTimeout(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return WithTimeoutCause(parent, d, nil)
}

// WithTimeoutCause is context.WithTimeoutCause.
func WithTimeoutCause(parent context.Context, d time.Duration, cause error) (context.Context, context.CancelFunc) {
	return WithDeadlineCause(parent, support.Now().Add(d), cause)
}

// WithDeadline is context.WithDeadline.
func WithDeadline(parent context.Context, t time.Time) (context.Context, context.CancelFunc) {
	return WithDeadlineCause(parent, t, nil)
}

// WithDeadlineCause is context.WithDeadlineCause.
func WithDeadlineCause(parent context.Context, t time.Time, cause error) (context.Context, context.CancelFunc) {
	if s := gosim.Current(); s != nil {
		return s.WithDeadlineCause(parent, t, cause)
	}
	ctx, cancel := context.WithDeadlineCause(parent, t, cause)
	return ctx, func() {
		outside()
		cancel()
	}
}

// Cause is context.Cause.
func Cause(ctx context.Context) error {
	if s := gosim.Current(); s != nil {
		if cause, ok := s.Cause(ctx); ok {
			return cause
		}
	}
	return context.Cause(ctx)
}

// AfterCancel is context.AfterFunc.
func AfterCancel(ctx context.Context, f func()) (stop func() bool) {
	if s := gosim.Current(); s != nil {
		return s.AfterCancel(ctx, f)
	}
	return context.AfterFunc(ctx, f)
}

// outside refuses to change in a simulation what was made outside of it.
func outside() {
	if s := gosim.Current(); s != nil {
		s.Refuse(0, "the context was made before the simulation: make it inside")
	}
}
