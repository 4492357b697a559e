package protocol

// Stream is text that a cell wrote to stdout or stderr.
type Stream struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// MsgType implements Content.
func (Stream) MsgType() string { return "stream" }

// DisplayData is one rich output, the same thing in one or more formats.
type DisplayData struct {
	// Data maps a MIME type to text, to base64 for binary formats, or to a JSON value.
	Data      map[string]any `json:"data"`
	Metadata  map[string]any `json:"metadata"`
	Transient Transient      `json:"transient"`
}

// MsgType implements Content.
func (DisplayData) MsgType() string { return "display_data" }

// Transient is what is not kept with an output.
type Transient struct {
	// DisplayID names the output, so that UpdateDisplayData can replace it.
	DisplayID string `json:"display_id,omitempty"`
}

// UpdateDisplayData replaces the outputs with the same display id, wherever they are.
type UpdateDisplayData DisplayData

// MsgType implements Content.
func (UpdateDisplayData) MsgType() string { return "update_display_data" }

// ExecuteResult is the value of a cell: Out[n].
type ExecuteResult struct {
	ExecutionCount int            `json:"execution_count"`
	Data           map[string]any `json:"data"`
	Metadata       map[string]any `json:"metadata"`
	Transient      Transient      `json:"transient"`
}

// MsgType implements Content.
func (ExecuteResult) MsgType() string { return "execute_result" }

// ClearOutput removes the outputs of the cell so far.
type ClearOutput struct {
	// Wait: not before the next output comes, which avoids flicker.
	Wait bool `json:"wait"`
}

// MsgType implements Content.
func (ClearOutput) MsgType() string { return "clear_output" }

// ExecuteInput tells all clients what is run.
type ExecuteInput struct {
	Code           string `json:"code"`
	ExecutionCount int    `json:"execution_count"`
}

// MsgType implements Content.
func (ExecuteInput) MsgType() string { return "execute_input" }

// Error is the failure of a cell.
type Error struct {
	EName     string   `json:"ename"`
	EValue    string   `json:"evalue"`
	Traceback []string `json:"traceback"`
}

// MsgType implements Content.
func (Error) MsgType() string { return "error" }
