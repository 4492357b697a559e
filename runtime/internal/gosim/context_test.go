package gosim_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"lockstep/runtime/internal/gosim"
)

type valueKey struct{}

func TestContexts(t *testing.T) {
	stopped := errors.New("stopped")
	outside, cancelOutside := context.WithCancel(context.Background())
	defer cancelOutside()
	for _, test := range []struct {
		name string
		body func(s *gosim.Sim, say func(args ...any))
		want string
	}{
		{"cancelling reaches the contexts below", func(s *gosim.Sim, say func(args ...any)) {
			parent, cancel := s.WithCancelCause(context.Background())
			child, _ := s.WithCancelCause(context.WithValue(parent, valueKey{}, "v"))
			s.Go(func() {
				s.Recv(child.Done(), "")
				cause, _ := s.Cause(child)
				say(child.Err(), cause, child.Value(valueKey{}))
			})
			say(parent.Err())
			cancel(stopped)
			later, _ := s.WithCancelCause(child)
			say(later.Err())
			s.Recv(later.Done(), "")
		}, "<nil>\ncontext canceled\ncontext canceled stopped v\n|<nil>\ncontext canceled stopped v\ncontext canceled\n"},
		{"a deadline comes by the virtual clock", func(s *gosim.Sim, say func(args ...any)) {
			start := s.World().Now()
			ctx, cancel := s.WithDeadlineCause(context.Background(), start.Add(time.Minute), stopped)
			defer cancel()
			shorter, stop := s.WithDeadlineCause(ctx, start.Add(time.Hour), nil)
			defer stop()
			at, _ := shorter.Deadline()
			say(at.Sub(start))
			s.Recv(shorter.Done(), "")
			cause, _ := s.Cause(shorter)
			say(s.World().Now().Sub(start), shorter.Err(), cause)
		}, "1m0s\n1m0s context deadline exceeded stopped\n"},
		{"a function runs after the end", func(s *gosim.Sim, say func(args ...any)) {
			ctx, cancel := s.WithCancelCause(context.Background())
			s.AfterCancel(ctx, func() { say("after") })
			stop := s.AfterCancel(ctx, func() { say("never") })
			say(stop(), stop())
			cancel(nil)
			cancel(nil)
		}, "true false\nafter\n"},
		{"one from outside is refused", func(s *gosim.Sim, say func(args ...any)) {
			s.WithCancelCause(outside)
		}, "refused: the context was made before the simulation, or by another package than context: make it inside\n"},
		{"background is fine", func(s *gosim.Sim, say func(args ...any)) {
			ctx, cancel := s.WithCancelCause(context.Background())
			cancel(nil)
			say(ctx)
		}, "context.Background.WithCancel\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for seed := range uint64(20) {
				got, _ := run(seed, test.body)
				if !oneOf(got, test.want) {
					t.Fatalf("with seed %d: %q, want %q", seed, got, test.want)
				}
			}
		})
	}
}

func TestOnceFuncInBothWorlds(t *testing.T) {
	n := 0
	once := gosim.OnceFunc(func() { n++ })
	for range uint64(2) {
		run(1, func(s *gosim.Sim, _ func(args ...any)) { s.Go(once); once() })
	}
	if n != 2 {
		t.Errorf("called %d times in two runs", n)
	}
	once()
	once()
	run(1, func(_ *gosim.Sim, _ func(args ...any)) { once() })
	if n != 3 {
		t.Errorf("called %d times in two runs and outside", n)
	}
}
