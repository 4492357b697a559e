package session

import (
	"context"
	"fmt"

	"lockstep/kernel/history"
	"lockstep/kernel/protocol"
)

func (s *Session) searchHistory(_ context.Context, _ *request, c protocol.HistoryRequest) (protocol.Content, error) {
	var found []history.Entry
	var err error
	switch c.AccessType {
	case "tail":
		found, err = s.history.Tail(c.N)
	case "range":
		found, err = s.history.Range(c.Session, c.Start, c.Stop)
	case "search":
		found, err = s.history.Search(c.Pattern, c.N, c.Unique)
	default:
		err = fmt.Errorf("unknown hist_access_type %q: tail, range and search are known", c.AccessType)
	}
	if err != nil {
		return nil, err
	}
	entries := make([]protocol.HistoryEntry, len(found))
	for i, e := range found {
		entries[i] = protocol.HistoryEntry{
			Session: e.Session, ExecutionCount: e.Count, Code: e.Code, Output: e.Output, WithOutput: c.Output,
		}
	}
	return protocol.HistoryReply{Status: protocol.StatusOK, History: entries}, nil
}
