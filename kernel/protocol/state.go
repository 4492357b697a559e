package protocol

// State is what a kernel is doing.
type State string

// The values of State.
const (
	Starting State = "starting"
	Busy     State = "busy"
	Idle     State = "idle"
)

// KernelStatus tells all clients what the kernel is doing: busy when it takes up
// a request, idle when all that the request brought has been sent.
type KernelStatus struct {
	ExecutionState State `json:"execution_state"`
}

// MsgType implements Content.
func (KernelStatus) MsgType() string { return "status" }

// IOPubWelcome is the first message to each new subscriber, so that it knows from
// when on it misses nothing (JEP 65).
type IOPubWelcome struct {
	// Subscription is the topic that was subscribed to; empty is all.
	Subscription string `json:"subscription"`
}

// MsgType implements Content.
func (IOPubWelcome) MsgType() string { return "iopub_welcome" }
