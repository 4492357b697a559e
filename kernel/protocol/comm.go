package protocol

// CommInfoRequest asks for the open comms.
type CommInfoRequest struct {
	// TargetName limits the answer to one target; empty asks for all.
	TargetName string `json:"target_name,omitempty"`
}

// MsgType implements Content.
func (CommInfoRequest) MsgType() string { return "comm_info_request" }

// CommInfoReply maps the ids of the open comms to what they are.
type CommInfoReply struct {
	Status Status              `json:"status"`
	Comms  map[string]CommInfo `json:"comms"`
}

// MsgType implements Content.
func (CommInfoReply) MsgType() string { return "comm_info_reply" }

// CommInfo describes an open comm.
type CommInfo struct {
	TargetName string `json:"target_name"`
}

// CommOpen opens a comm: a conversation between something in the front end and
// its target in the kernel, or the other way round. It has no reply.
type CommOpen struct {
	CommID     string         `json:"comm_id"`
	TargetName string         `json:"target_name"`
	Data       map[string]any `json:"data"`
}

// MsgType implements Content.
func (CommOpen) MsgType() string { return "comm_open" }

// CommMsg is a message in a comm. It has no reply.
type CommMsg struct {
	CommID string         `json:"comm_id"`
	Data   map[string]any `json:"data"`
}

// MsgType implements Content.
func (CommMsg) MsgType() string { return "comm_msg" }

// CommClose ends a comm. It has no reply.
type CommClose struct {
	CommID string         `json:"comm_id"`
	Data   map[string]any `json:"data"`
}

// MsgType implements Content.
func (CommClose) MsgType() string { return "comm_close" }
