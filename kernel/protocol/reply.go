package protocol

import "strings"

// Status is how a request went.
type Status string

// The values of Status.
const (
	StatusOK    Status = "ok"
	StatusError Status = "error"
)

// ErrorReply answers a request of any type that failed.
type ErrorReply struct {
	// Type is the type of the reply, such as "complete_reply".
	Type      string   `json:"-"`
	Status    Status   `json:"status"`
	EName     string   `json:"ename"`
	EValue    string   `json:"evalue"`
	Traceback []string `json:"traceback"`
}

// MsgType implements Content.
func (r ErrorReply) MsgType() string { return r.Type }

// NewErrorReply makes the failing reply to a request of the given type.
func NewErrorReply(requestType, ename, evalue string) ErrorReply {
	return ErrorReply{
		Type:      ReplyType(requestType),
		Status:    StatusError,
		EName:     ename,
		EValue:    evalue,
		Traceback: []string{},
	}
}

// ReplyType returns the type of the reply to a request: x_reply for x_request.
// It is empty for messages that have no reply, such as comm_open.
func ReplyType(requestType string) string {
	name, found := strings.CutSuffix(requestType, "_request")
	if !found {
		return ""
	}
	return name + "_reply"
}
