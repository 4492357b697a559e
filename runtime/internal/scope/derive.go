package scope

// With returns a new scope that differs from s in its world only. The caller
// releases it.
func (s *Scope) With(world any) *Scope {
	stdout, stderr := s.Streams()
	return &Scope{
		Cell:      s.Cell,
		Stdout:    stdout,
		Stderr:    stderr,
		Stdin:     s.Stdin,
		Display:   s.Display,
		Host:      s.Host,
		World:     world,
		cancelled: s.cancelled,
	}
}

// Daemons returns the scope of the daemon threads of s: the same program, but
// cancelled is closed when they are to end, which is at the latest when that of s is.
// There is one such scope, which is released with s; only the first call's channel
// counts.
func (s *Scope) Daemons(cancelled <-chan struct{}) *Scope {
	s = s.Program()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.daemons == nil {
		s.daemons = s.With(s.World)
		s.daemons.parent, s.daemons.cancelled = s, cancelled
		s.daemons.label()
	}
	return s.daemons
}

// HasDaemons reports whether Daemons has been called.
func (s *Scope) HasDaemons() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.daemons != nil
}

// Program returns the scope of the program's main code: s, or of a scope that
// Daemons returned the one that it was called on.
func (s *Scope) Program() *Scope {
	if s.parent != nil {
		return s.parent
	}
	return s
}

// Cancelled returns the channel that is closed when what runs in s is to end: when
// the user interrupts the cell, and for daemons at the end of the program. It is nil
// where that never happens.
func (s *Scope) Cancelled() <-chan struct{} {
	switch {
	case s.cancelled != nil:
		return s.cancelled
	case s.Host != nil:
		return s.Host.Cancelled()
	}
	return nil
}

// Root returns the id of the goroutine that runs the scope's main code: the one
// that is in the outermost Do, or a plain Go program's main goroutine. It is 0
// when that code has ended.
func (s *Scope) Root() int64 { return s.root.Load() }

// Local returns what the runtime keeps for this scope, made by create at the
// first call. There is one such value a scope.
func (s *Scope) Local(create func() any) any {
	s = s.Program()
	s.once.Do(func() { s.local = create() })
	return s.local
}
