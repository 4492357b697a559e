package protocol

// The sources of payloads.
const (
	PagePayload         = "page"
	SetNextInputPayload = "set_next_input"
)

// Payload is something that a cell asks of the front end that ran it. Payloads
// are deprecated, and there is nothing yet to replace them.
type Payload struct {
	// Source is the kind, PagePayload or SetNextInputPayload.
	Source string
	// Data is what a pager shows, as in DisplayData.
	Data map[string]any
	// Text is the next cell's, which with Replace is the cell that ran.
	Text    string
	Replace bool
}

type pagePayload struct {
	Source string         `json:"source"`
	Data   map[string]any `json:"data"`
	Start  int            `json:"start"` // the first line to show
}

type setNextInputPayload struct {
	Source  string `json:"source"`
	Text    string `json:"text"`
	Replace bool   `json:"replace"`
}

// MarshalJSON writes the fields that belong to the source.
func (p Payload) MarshalJSON() ([]byte, error) {
	if p.Source == SetNextInputPayload {
		return marshal(setNextInputPayload{p.Source, p.Text, p.Replace})
	}
	return marshal(pagePayload{p.Source, p.Data, 0})
}
