package cell

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lockstep/kernel/execution"
)

// How well a name fits what has been typed, the best first.
const (
	asPrefix = iota
	asPrefixIgnoringCase
	asWord     // inside the name, from where a word starts: mutex in RWMutex
	asInitials // the letters in their order: wg in WaitGroup
	noMatch
)

// match says how well a name fits what has been typed. One letter must be the
// first one.
func match(typed, name string) int {
	if strings.HasPrefix(name, typed) {
		return asPrefix
	}
	folded, lower := strings.ToLower(name), strings.ToLower(typed)
	if strings.HasPrefix(folded, lower) {
		return asPrefixIgnoringCase
	}
	if utf8.RuneCountInString(typed) < 2 || len(folded) != len(name) {
		return noMatch
	}
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) && strings.HasPrefix(folded[i:], lower) {
			return asWord
		}
	}
	if folded[0] != lower[0] {
		return noMatch
	}
	rest := folded
	for _, r := range lower {
		i := strings.IndexRune(rest, r)
		if i < 0 {
			return noMatch
		}
		rest = rest[i+utf8.RuneLen(r):]
	}
	return asInitials
}

// ranking gathers candidates.
type ranking struct {
	typed string
	seen  map[string]bool
	items []ranked
}

type ranked struct {
	execution.Candidate
	match int
	// nearness orders what fits equally well: the closer its declaration, the less.
	nearness int
}

// add takes a candidate if it fits. The first of a text counts, since it hides
// those from further away. worst is the loosest fit that will do.
func (r *ranking) add(c execution.Candidate, nearness, worst int) {
	if r.seen[c.Text] {
		return
	}
	if m := match(r.typed, c.Text); m <= worst {
		if r.seen == nil {
			r.seen = map[string]bool{}
		}
		r.seen[c.Text] = true
		r.items = append(r.items, ranked{c, m, nearness})
	}
}

// sorted is the candidates in order: by how well they fit, then by how near they
// are declared, then by name.
func (r *ranking) sorted() []execution.Candidate {
	slices.SortStableFunc(r.items, func(a, b ranked) int {
		return cmp.Or(
			cmp.Compare(a.match, b.match),
			cmp.Compare(a.nearness, b.nearness),
			strings.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)),
			strings.Compare(a.Text, b.Text),
		)
	})
	out := make([]execution.Candidate, len(r.items))
	for i, item := range r.items {
		out[i] = item.Candidate
	}
	return out
}
