package session

import (
	"time"

	"lockstep/kernel/protocol"
)

// failure is a cell that failed with stop_on_error: what was sent before that is
// not to be run, also when it arrives after.
//
// A cell that doesn't compile fails within a millisecond, while the rest of a
// notebook is still on its way.
type failure struct {
	session string        // of the client that ran the cell
	sent    time.Time     // the cell, by that client's clock
	took    time.Duration // from the cell's arrival to its failure, by ours
}

func failureOf(r *request) failure {
	sent, err := time.Parse(time.RFC3339Nano, r.message.Header.Date)
	if err != nil {
		return failure{} // its took covers nothing
	}
	return failure{r.message.Header.Session, sent, time.Since(r.arrived)}
}

// covers reports whether a message was surely sent before the failure. The clocks
// need not agree, since only times by the same clock are compared; and a client
// that knew of the failure sent its message later than that.
func (f failure) covers(m *protocol.Message) bool {
	sent, err := time.Parse(time.RFC3339Nano, m.Header.Date)
	return err == nil && m.Header.Session == f.session && sent.Sub(f.sent) < f.took
}
