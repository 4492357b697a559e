package protocol

import "encoding/json"

// HistoryRequest asks for cells that were run.
type HistoryRequest struct {
	// Output asks for the values too.
	Output bool `json:"output"`
	// Raw asks for the code as it was typed.
	Raw bool `json:"raw"`
	// AccessType is "range", "tail" or "search".
	AccessType string `json:"hist_access_type"`
	// Session, Start and Stop are those of a range: the executions from Start to
	// before Stop. Session 0 is the present one, -1 the one before.
	Session int `json:"session"`
	Start   int `json:"start"`
	Stop    int `json:"stop"`
	// N is how many of the newest a tail or a search wants; 0 is all.
	N int `json:"n"`
	// Pattern is what a search looks for, with * and ? as in file names.
	Pattern string `json:"pattern"`
	// Unique leaves out all but the newest of equal cells.
	Unique bool `json:"unique"`
}

// MsgType implements Content.
func (HistoryRequest) MsgType() string { return "history_request" }

// HistoryReply lists cells, the oldest first.
type HistoryReply struct {
	Status  Status         `json:"status"`
	History []HistoryEntry `json:"history"`
}

// MsgType implements Content.
func (HistoryReply) MsgType() string { return "history_reply" }

// HistoryEntry is one cell that was run.
type HistoryEntry struct {
	Session        int
	ExecutionCount int
	Code           string
	// Output is the value as text, nil where it wasn't shown. It is written only
	// with WithOutput.
	Output     *string
	WithOutput bool
}

// MarshalJSON writes [session, count, code], or [session, count, [code, output]].
func (e HistoryEntry) MarshalJSON() ([]byte, error) {
	if e.WithOutput {
		return marshal([]any{e.Session, e.ExecutionCount, []any{e.Code, e.Output}})
	}
	return marshal([]any{e.Session, e.ExecutionCount, e.Code})
}

// UnmarshalJSON reads both forms.
func (e *HistoryEntry) UnmarshalJSON(data []byte) error {
	var input json.RawMessage
	if err := json.Unmarshal(data, &[]any{&e.Session, &e.ExecutionCount, &input}); err != nil {
		return err
	}
	if len(input) > 0 && input[0] == '[' {
		e.WithOutput = true
		return json.Unmarshal(input, &[]any{&e.Code, &e.Output})
	}
	return json.Unmarshal(input, &e.Code)
}
