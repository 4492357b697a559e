package protocol

// InputRequest asks the user for a line. The kernel sends it on stdin to the
// client whose cell asks.
type InputRequest struct {
	Prompt string `json:"prompt"`
	// Password: the line must not be shown.
	Password bool `json:"password"`
}

// MsgType implements Content.
func (InputRequest) MsgType() string { return "input_request" }

// InputReply is the line, without its line feed.
type InputReply struct {
	Status Status `json:"status,omitempty"`
	Value  string `json:"value"`
}

// MsgType implements Content.
func (InputReply) MsgType() string { return "input_reply" }
