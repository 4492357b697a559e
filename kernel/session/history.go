package session

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lockstep/kernel/protocol"
)

// thisSession is the number of the present session in a history. A range may
// also call it 0.
const thisSession = 1

// history is what was executed in this session, the oldest first. Only the shell
// queue's goroutine uses it.
type history struct{ entries []protocol.HistoryEntry }

func (h *history) add(count int, code string, value *string) {
	h.entries = append(h.entries, protocol.HistoryEntry{
		Session: thisSession, ExecutionCount: count, Code: code, Output: value,
	})
}

func (s *Session) searchHistory(_ context.Context, _ *request, c protocol.HistoryRequest) (protocol.Content, error) {
	var found []protocol.HistoryEntry
	switch c.AccessType {
	case "tail":
		found = s.history.match(func(protocol.HistoryEntry) bool { return true })
		found = newest(found, c.N)
	case "range":
		found = s.history.match(func(e protocol.HistoryEntry) bool {
			return (c.Session == 0 || c.Session == e.Session) &&
				e.ExecutionCount >= c.Start && (c.Stop <= 0 || e.ExecutionCount < c.Stop)
		})
	case "search":
		pattern := glob(c.Pattern)
		found = s.history.match(func(e protocol.HistoryEntry) bool { return pattern.MatchString(e.Code) })
		if c.Unique {
			found = unique(found)
		}
		found = newest(found, c.N)
	default:
		return nil, fmt.Errorf("unknown hist_access_type %q: tail, range and search are known", c.AccessType)
	}
	for i := range found {
		found[i].WithOutput = c.Output
	}
	return protocol.HistoryReply{Status: protocol.StatusOK, History: found}, nil
}

// match returns a copy of the entries that are wanted.
func (h *history) match(want func(protocol.HistoryEntry) bool) []protocol.HistoryEntry {
	found := []protocol.HistoryEntry{}
	for _, e := range h.entries {
		if want(e) {
			found = append(found, e)
		}
	}
	return found
}

// newest keeps the last n; 0 keeps all.
func newest(entries []protocol.HistoryEntry, n int) []protocol.HistoryEntry {
	if n <= 0 || n >= len(entries) {
		return entries
	}
	return entries[len(entries)-n:]
}

// unique keeps the newest of the entries with the same code.
func unique(entries []protocol.HistoryEntry) []protocol.HistoryEntry {
	seen := make(map[string]bool)
	kept := []protocol.HistoryEntry{}
	for _, e := range slices.Backward(entries) {
		if !seen[e.Code] {
			seen[e.Code] = true
			kept = append(kept, e)
		}
	}
	slices.Reverse(kept)
	return kept
}

// glob matches a whole text; * stands for any text and ? for any one character.
func glob(pattern string) *regexp.Regexp {
	if pattern == "" {
		pattern = "*"
	}
	escaped := regexp.QuoteMeta(strings.ToValidUTF8(pattern, "?"))
	escaped = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(escaped)
	return regexp.MustCompile(`(?s)\A` + escaped + `\z`)
}
