package protocol

// ShutdownRequest asks the kernel to end.
type ShutdownRequest struct {
	// Restart says that a new kernel will take its place.
	Restart bool `json:"restart"`
}

// MsgType implements Content.
func (ShutdownRequest) MsgType() string { return "shutdown_request" }

// ShutdownReply says that the kernel ends. It also goes out on iopub, so that
// all clients know.
type ShutdownReply struct {
	Status  Status `json:"status"`
	Restart bool   `json:"restart"`
}

// MsgType implements Content.
func (ShutdownReply) MsgType() string { return "shutdown_reply" }

// InterruptRequest asks for the running cell to be interrupted.
type InterruptRequest struct{}

// MsgType implements Content.
func (InterruptRequest) MsgType() string { return "interrupt_request" }

// InterruptReply says that the cell was told to stop, not that it has.
type InterruptReply struct {
	Status Status `json:"status"`
}

// MsgType implements Content.
func (InterruptReply) MsgType() string { return "interrupt_reply" }

// ConnectRequest asks for the kernel's ports. It is deprecated.
type ConnectRequest struct{}

// MsgType implements Content.
func (ConnectRequest) MsgType() string { return "connect_request" }

// ConnectReply lists the kernel's ports.
type ConnectReply struct {
	Status        Status `json:"status"`
	ShellPort     int    `json:"shell_port"`
	IOPubPort     int    `json:"iopub_port"`
	StdinPort     int    `json:"stdin_port"`
	ControlPort   int    `json:"control_port"`
	HeartbeatPort int    `json:"hb_port"`
}

// MsgType implements Content.
func (ConnectReply) MsgType() string { return "connect_reply" }
