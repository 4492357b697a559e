package scope

// With returns a new scope that differs from s in its world only. The caller
// releases it.
func (s *Scope) With(world any) *Scope {
	stdout, stderr := s.Streams()
	return &Scope{
		Cell:    s.Cell,
		Stdout:  stdout,
		Stderr:  stderr,
		Stdin:   s.Stdin,
		Display: s.Display,
		Host:    s.Host,
		World:   world,
	}
}

// Root returns the id of the goroutine that runs the scope's main code: the one
// that is in the outermost Do, or a plain Go program's main goroutine. It is 0
// when that code has ended.
func (s *Scope) Root() int64 { return s.root.Load() }

// Local returns what the runtime keeps for this scope, made by create at the
// first call. There is one such value a scope.
func (s *Scope) Local(create func() any) any {
	s.once.Do(func() { s.local = create() })
	return s.local
}
