package session

import (
	"context"
	"unicode/utf8"

	"lockstep/kernel/protocol"
)

func (s *Session) isComplete(_ context.Context, _ *request, c protocol.IsCompleteRequest) (protocol.Content, error) {
	completeness := s.engine.IsComplete(c.Code)
	return protocol.IsCompleteReply{Status: string(completeness.Status), Indent: completeness.Indent}, nil
}

// complete offers nothing: the engine has no completion.
func (s *Session) complete(_ context.Context, _ *request, c protocol.CompleteRequest) (protocol.Content, error) {
	cursor := clampCursor(c.Code, c.CursorPos)
	return protocol.CompleteReply{
		Status:      protocol.StatusOK,
		Matches:     []string{},
		CursorStart: cursor,
		CursorEnd:   cursor,
		Metadata:    map[string]any{},
	}, nil
}

// inspect finds nothing: the engine has no inspection.
func (s *Session) inspect(context.Context, *request, protocol.InspectRequest) (protocol.Content, error) {
	return protocol.InspectReply{
		Status:   protocol.StatusOK,
		Data:     map[string]any{},
		Metadata: map[string]any{},
	}, nil
}

// clampCursor keeps a cursor within the code, both counted in code points.
func clampCursor(code string, cursor int) int {
	return max(0, min(cursor, utf8.RuneCountInString(code)))
}
