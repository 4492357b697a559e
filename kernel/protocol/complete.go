package protocol

// CompleteRequest asks what could follow at the cursor.
type CompleteRequest struct {
	Code string `json:"code"`
	// CursorPos counts code points, not bytes. Some clients send UTF-16 units, so
	// it may lie beyond the end.
	CursorPos int `json:"cursor_pos"`
}

// MsgType implements Content.
func (CompleteRequest) MsgType() string { return "complete_request" }

// CompleteReply lists texts that could replace the code from CursorStart to CursorEnd.
type CompleteReply struct {
	Status      Status         `json:"status"`
	Matches     []string       `json:"matches"`
	CursorStart int            `json:"cursor_start"`
	CursorEnd   int            `json:"cursor_end"`
	Metadata    map[string]any `json:"metadata"`
}

// MsgType implements Content.
func (CompleteReply) MsgType() string { return "complete_reply" }

// InspectRequest asks about the name at the cursor.
type InspectRequest struct {
	Code      string `json:"code"`
	CursorPos int    `json:"cursor_pos"` // as in CompleteRequest
	// DetailLevel is 0, or 1 for more, such as the source.
	DetailLevel int `json:"detail_level"`
}

// MsgType implements Content.
func (InspectRequest) MsgType() string { return "inspect_request" }

// InspectReply describes the name at the cursor in one or more formats.
type InspectReply struct {
	Status   Status         `json:"status"`
	Found    bool           `json:"found"`
	Data     map[string]any `json:"data"`
	Metadata map[string]any `json:"metadata"`
}

// MsgType implements Content.
func (InspectReply) MsgType() string { return "inspect_reply" }

// IsCompleteRequest asks whether the code could be run as it stands. Consoles
// ask at each Enter.
type IsCompleteRequest struct {
	Code string `json:"code"`
}

// MsgType implements Content.
func (IsCompleteRequest) MsgType() string { return "is_complete_request" }

// IsCompleteReply has one of "complete", "incomplete", "invalid" and "unknown"
// as its status, where all other replies have a Status.
type IsCompleteReply struct {
	Status string `json:"status"`
	// Indent is what the next line should start with. Only with "incomplete".
	Indent string `json:"indent,omitempty"`
}

// MsgType implements Content.
func (IsCompleteReply) MsgType() string { return "is_complete_reply" }
