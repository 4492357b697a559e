package cell

import (
	"go/token"
	"go/types"
)

// Rules say which names of packages the code of a cell may use. The error says
// why it may not, in a few words.
type Rules func(types.Object) error

// Restrict subjects the cells from now on to rules; nil lifts them. What earlier
// cells have declared stays usable.
func (s *Session) Restrict(rules Rules) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = rules
}

// restrictions refuses what the session's rules forbid, and to have an exercise
// checked by anything but the exercise's own check.
func (l *lowering) restrictions() {
	proper := map[token.Pos]bool{}
	for _, c := range l.checks {
		proper[c.function] = true
	}
	for ident, object := range l.info.Uses {
		span := l.parser.span(ident.Pos())
		if object.Pkg() == nil || object.Pkg().Path() == l.pkg.Path() || span == nil || span.check != nil || span.source.cell != l.n {
			continue
		}
		if object.Pkg().Path() == coursePath && object.Name() == "Check" && object.Parent() == object.Pkg().Scope() && !proper[ident.Pos()] {
			l.refuse(ident.Pos(), "write course.Check(\"mutex-1\")", "an exercise is checked by a call with its id")
		}
		if l.session.rules == nil {
			continue
		}
		if err := l.session.rules(object); err != nil {
			l.refuse(ident.Pos(), "", "%s.%s can't be used: %v", object.Pkg().Name(), object.Name(), err)
		}
	}
}
