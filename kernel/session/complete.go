package session

import (
	"context"
	"unicode/utf8"

	"lockstep/kernel/protocol"
)

func (s *Session) isComplete(_ context.Context, r *request, c protocol.IsCompleteRequest) (protocol.Content, error) {
	completeness := r.shell.engine.IsComplete(c.Code)
	return protocol.IsCompleteReply{Status: string(completeness.Status), Indent: completeness.Indent}, nil
}

func (s *Session) complete(_ context.Context, r *request, c protocol.CompleteRequest) (protocol.Content, error) {
	found := r.shell.engine.Complete(c.Code, byteOffset(c.Code, c.CursorPos))
	start, end := codePoints(c.Code, found.Start), codePoints(c.Code, found.End)
	matches := make([]string, len(found.Items))
	kinds := make([]completionKind, len(found.Items))
	for i, item := range found.Items {
		matches[i] = item.Text
		kinds[i] = completionKind{Start: start, End: end, Text: item.Text, Type: string(item.Kind), Signature: item.Signature}
	}
	metadata := map[string]any{}
	if len(kinds) > 0 {
		metadata["_jupyter_types_experimental"] = kinds
	}
	return protocol.CompleteReply{
		Status:      protocol.StatusOK,
		Matches:     matches,
		CursorStart: start,
		CursorEnd:   end,
		Metadata:    metadata,
	}, nil
}

// completionKind tells JupyterLab what sort of thing a match is. The protocol has
// no place for that, but front ends know this entry of the metadata.
type completionKind struct {
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Text      string `json:"text"`
	Type      string `json:"type"`
	Signature string `json:"signature"`
}

func (s *Session) inspect(_ context.Context, r *request, c protocol.InspectRequest) (protocol.Content, error) {
	found, ok := r.shell.engine.Inspect(c.Code, byteOffset(c.Code, c.CursorPos), c.DetailLevel)
	data := map[string]any{}
	if ok {
		data["text/plain"], data["text/markdown"] = found.Plain, found.Markdown
	}
	return protocol.InspectReply{
		Status:   protocol.StatusOK,
		Found:    ok,
		Data:     data,
		Metadata: map[string]any{},
	}, nil
}

// byteOffset is the offset in code of a cursor that counts code points. One that
// lies outside the code is moved to its nearer end.
func byteOffset(code string, cursor int) int {
	for offset := range code {
		if cursor <= 0 {
			return offset
		}
		cursor--
	}
	return len(code)
}

// codePoints is how many code points come before an offset in code.
func codePoints(code string, offset int) int { return utf8.RuneCountInString(code[:offset]) }
