package session

import (
	"context"
	"slices"
	"sync"

	"lockstep/kernel/execution"
	"lockstep/kernel/protocol"
)

// output publishes what one cell shows. It lives as long as goroutines of the
// cell do; what they show after the cell's end is still credited to it.
type output struct {
	session *Session
	shell   *shell
	// parent is the execute request, without its content.
	parent         *protocol.Message
	silent         bool
	allowStdin     bool
	executionCount int
	// running is done when the cell is interrupted or has ended.
	running context.Context

	mu    sync.Mutex
	value *string // text of the cell's value, for the history
	asks  []protocol.Payload
	ended chan struct{} // closed when the cell has
}

var _ execution.Output = (*output)(nil)

func newOutput(s *Session, running context.Context, r *request, c protocol.ExecuteRequest, count int) *output {
	return &output{
		session: s,
		shell:   r.shell,
		parent: &protocol.Message{
			Identities: r.message.Identities,
			Header:     r.message.Header,
			RawHeader:  r.message.RawHeader,
		},
		silent:         c.Silent,
		allowStdin:     c.AllowStdin,
		executionCount: count,
		running:        running,
		ended:          make(chan struct{}),
	}
}

// end says that the cell has ended, and returns its value as text, nil if none
// was shown.
func (o *output) end() *string {
	close(o.ended)
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.value
}

// patience is how long a message waits for slow subscribers: while the cell runs,
// until it is interrupted; an endless loop that prints must not hold that up.
func (o *output) patience() context.Context {
	select {
	case <-o.ended:
		return o.session.alive
	default:
		return o.running
	}
}

func (o *output) publish(content protocol.Content) {
	if o.silent {
		return
	}
	ctx := o.patience()
	err := o.session.tryPublish(ctx, o.parent, content)
	if err == nil || ctx.Err() != nil {
		return
	}
	o.session.logf("%s was not published: %v", content.MsgType(), err)
	// The usual reason is a value that JSON can't hold: whoever wrote the cell
	// must see why there is no output.
	o.session.publish(ctx, o.parent, protocol.Stream{
		Name: string(execution.Stderr),
		Text: "an output could not be shown: " + err.Error() + "\n",
	})
}

// Stream implements execution.Output.
func (o *output) Stream(name execution.Stream, text string) {
	if text != "" {
		o.publish(protocol.Stream{Name: string(name), Text: text})
	}
}

// Clear implements execution.Output.
func (o *output) Clear(wait bool) { o.publish(protocol.ClearOutput{Wait: wait}) }

// maxPayloads is how many payloads of one cell are kept, the newest.
const maxPayloads = 16

// Ask implements execution.Output. Of several texts for the next cell the last counts.
func (o *output) Ask(p execution.Payload) {
	if o.silent {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if p.Source == execution.NextCell {
		o.asks = slices.DeleteFunc(o.asks, func(other protocol.Payload) bool { return other.Source == string(p.Source) })
	}
	o.asks = append(o.asks, protocol.Payload{Source: string(p.Source), Data: orEmpty(p.Data), Text: p.Text, Replace: p.Replace})
	o.asks = o.asks[max(0, len(o.asks)-maxPayloads):]
}

// asked returns the payloads that the cell has asked for.
func (o *output) asked() []protocol.Payload {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.asks
}

// Display implements execution.Output.
func (o *output) Display(d execution.Display) {
	data := protocol.DisplayData{
		Data:      orEmpty(d.Data),
		Metadata:  orEmpty(d.Metadata),
		Transient: protocol.Transient{DisplayID: d.ID},
	}
	switch {
	case d.Update:
		o.publish(protocol.UpdateDisplayData(data))
	case d.Value:
		if text, ok := d.Data["text/plain"].(string); ok {
			o.mu.Lock()
			o.value = &text
			o.mu.Unlock()
		}
		o.publish(protocol.ExecuteResult{
			ExecutionCount: o.executionCount,
			Data:           data.Data,
			Metadata:       data.Metadata,
			Transient:      data.Transient,
		})
	default:
		o.publish(data)
	}
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}
