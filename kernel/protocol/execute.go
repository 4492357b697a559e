package protocol

import "encoding/json"

// ExecuteRequest asks for a cell to be run.
type ExecuteRequest struct {
	Code string `json:"code"`
	// Silent: no outputs are published, and nothing is counted or kept.
	Silent bool `json:"silent"`
	// StoreHistory: the execution is counted and kept in the history. Absent, it
	// is true; with Silent it means nothing.
	StoreHistory    bool              `json:"store_history"`
	UserExpressions map[string]string `json:"user_expressions"`
	// AllowStdin: the front end answers input requests. Absent, it is true.
	AllowStdin bool `json:"allow_stdin"`
	// StopOnError: when the cell fails, the executions already queued are
	// aborted. Absent, it is true.
	StopOnError bool `json:"stop_on_error"`
}

// MsgType implements Content.
func (ExecuteRequest) MsgType() string { return "execute_request" }

// UnmarshalJSON gives absent fields the values that the protocol gives them.
func (r *ExecuteRequest) UnmarshalJSON(data []byte) error {
	type plain ExecuteRequest
	full := plain{StoreHistory: true, AllowStdin: true, StopOnError: true}
	if err := json.Unmarshal(data, &full); err != nil {
		return err
	}
	*r = ExecuteRequest(full)
	return nil
}

// MarshalJSON writes user_expressions as an object even where there are none.
func (r ExecuteRequest) MarshalJSON() ([]byte, error) {
	type plain ExecuteRequest
	if r.UserExpressions == nil {
		r.UserExpressions = map[string]string{}
	}
	return marshal(plain(r))
}

// ExecuteReply says how a cell ended.
type ExecuteReply struct {
	Status Status
	// ExecutionCount is nil only in the answer to an aborted request: front ends
	// would show a number as the mark of a cell that ran.
	ExecutionCount *int
	// UserExpressions has an ExpressionResult for each of the request's. Only with
	// StatusOK.
	UserExpressions map[string]ExpressionResult
	// Payload is what the cell asks of the front end. Only with StatusOK.
	Payload []Payload
	// EName, EValue and Traceback tell the failure. Only with StatusError.
	EName     string
	EValue    string
	Traceback []string
}

// MsgType implements Content.
func (ExecuteReply) MsgType() string { return "execute_reply" }

// Aborted is the EName of the reply to an execute request that was not run,
// because one before it failed. The protocol has deprecated a status of its own
// for that since 5.1.
const Aborted = "aborted"

type executeOK struct {
	Status          Status                      `json:"status"`
	ExecutionCount  *int                        `json:"execution_count"`
	UserExpressions map[string]ExpressionResult `json:"user_expressions"`
	// Payload is deprecated, but clients read it unasked.
	Payload []Payload `json:"payload"`
}

type executeError struct {
	Status         Status   `json:"status"`
	ExecutionCount *int     `json:"execution_count,omitempty"`
	EName          string   `json:"ename"`
	EValue         string   `json:"evalue"`
	Traceback      []string `json:"traceback"`
}

// MarshalJSON writes the fields that belong to the status, and those always.
func (r ExecuteReply) MarshalJSON() ([]byte, error) {
	if r.Status == StatusOK {
		ok := executeOK{r.Status, r.ExecutionCount, r.UserExpressions, r.Payload}
		if ok.Payload == nil {
			ok.Payload = []Payload{}
		}
		if ok.UserExpressions == nil {
			ok.UserExpressions = map[string]ExpressionResult{}
		}
		return marshal(ok)
	}
	failed := executeError{r.Status, r.ExecutionCount, r.EName, r.EValue, r.Traceback}
	if failed.Traceback == nil {
		failed.Traceback = []string{}
	}
	return marshal(failed)
}

// UnmarshalJSON reads either shape.
func (r *ExecuteReply) UnmarshalJSON(data []byte) error {
	var either struct {
		executeError
		UserExpressions map[string]ExpressionResult `json:"user_expressions"`
		Payload         []Payload                   `json:"payload"`
	}
	if err := json.Unmarshal(data, &either); err != nil {
		return err
	}
	*r = ExecuteReply{
		Status:          either.Status,
		ExecutionCount:  either.ExecutionCount,
		UserExpressions: either.UserExpressions,
		Payload:         either.Payload,
		EName:           either.EName,
		EValue:          either.EValue,
		Traceback:       either.Traceback,
	}
	return nil
}

// ExpressionResult is the value of one of the user expressions of a request, or
// why it has none.
type ExpressionResult struct {
	Status    Status         `json:"status"`
	Data      map[string]any `json:"data,omitempty"`
	Metadata  map[string]any `json:"metadata,omitempty"`
	EName     string         `json:"ename,omitempty"`
	EValue    string         `json:"evalue,omitempty"`
	Traceback []string       `json:"traceback,omitempty"`
}
