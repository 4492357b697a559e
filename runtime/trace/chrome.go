package trace

import (
	"encoding/json"
	"fmt"
	"time"
)

// chromeEvent is an event of the Trace Event Format, which chrome://tracing and
// Perfetto read. Times are in microseconds.
type chromeEvent struct {
	Name  string         `json:"name"`
	Cat   string         `json:"cat,omitempty"`
	Phase string         `json:"ph"`
	Time  json.Number    `json:"ts"`
	Dur   json.Number    `json:"dur,omitempty"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	ID    string         `json:"id,omitempty"`
	Scope string         `json:"s,omitempty"`
	Bind  string         `json:"bp,omitempty"`
	Args  map[string]any `json:"args,omitempty"`
}

// Chrome returns the trace in the Trace Event Format, as JSON that Perfetto
// (ui.perfetto.dev) and chrome://tracing open: lanes are threads, their states
// slices, what they hold asynchronous slices, messages flows and remarks instants.
// If no time passed, each step takes a microsecond.
func (t *Trace) Chrome() []byte {
	pids := map[string]int{}
	out := []chromeEvent{}
	for i := range t.lanes {
		l := &t.lanes[i]
		if pids[l.process] == 0 {
			pids[l.process] = len(pids) + 1
			if l.process != "" {
				out = append(out, chromeEvent{Name: "process_name", Phase: "M", Time: "0", PID: pids[l.process], Args: map[string]any{"name": l.process}})
			}
		}
		out = append(out,
			chromeEvent{Name: "thread_name", Phase: "M", Time: "0", PID: pids[l.process], TID: i + 1, Args: map[string]any{"name": l.name}},
			chromeEvent{Name: "thread_sort_index", Phase: "M", Time: "0", PID: pids[l.process], TID: i + 1, Args: map[string]any{"sort_index": i + 1}})
	}
	holds := 0
	for i := range t.lanes {
		l := &t.lanes[i]
		pid := pids[l.process]
		for j := range l.spans {
			s := &l.spans[j]
			out = append(out, chromeEvent{
				Name: s.describe(), Cat: "state", Phase: "X", PID: pid, TID: i + 1,
				Time: t.micros(s.from), Dur: t.lasting(s.from, s.to), Args: args(s.event.Place),
			})
		}
		for _, h := range l.holds {
			holds++
			id := fmt.Sprint(holds)
			name := l.name + " holds " + h.event.On
			out = append(out,
				chromeEvent{Name: name, Cat: "hold", Phase: "b", PID: pid, TID: i + 1, ID: id, Time: t.micros(h.from), Args: args(h.event.Place)},
				chromeEvent{Name: name, Cat: "hold", Phase: "e", PID: pid, TID: i + 1, ID: id, Time: t.micros(h.to)})
		}
	}
	for i, e := range t.events {
		c := chromeEvent{Name: e.Text, PID: pids[t.lanes[e.Lane-1].process], TID: int(e.Lane), Time: t.micros(moment{e.At, t.steps[i]}), Args: args(e.Place)}
		switch e.Kind {
		case Send, Receive:
			c.Cat, c.ID, c.Phase, c.Args = "message", fmt.Sprint(e.Message), "s", nil
			c.Name = "message" // both ends must have the same name
			if e.Kind == Receive {
				c.Phase, c.Bind = "f", "e"
			}
		case Mark, Detail, Act:
			c.Phase, c.Scope, c.Cat = "i", "t", "mark"
			if e.Kind == Act {
				c.Name, c.Cat = e.Text+" "+e.On, "operation"
			}
		default:
			continue
		}
		out = append(out, c)
	}
	// All of it can be written: there is nothing but strings and numbers.
	text, _ := json.Marshal(map[string]any{"displayTimeUnit": "ns", "traceEvents": out})
	return text
}

func args(place string) map[string]any {
	if place == "" {
		return nil
	}
	return map[string]any{"place": place}
}

func (t *Trace) micros(m moment) json.Number {
	if t.elapsed == 0 {
		return json.Number(fmt.Sprint(m.step))
	}
	return micros(m.at)
}

func (t *Trace) lasting(from, to moment) json.Number {
	if t.elapsed == 0 {
		return json.Number(fmt.Sprint(to.step - from.step))
	}
	return micros(to.at - from.at)
}

func micros(d time.Duration) json.Number {
	return json.Number(fmt.Sprintf("%d.%03d", d/1000, d%1000))
}
