package session_test

import (
	"context"
	"strings"
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestHistory(t *testing.T) {
	k := start(t, kerneltest.Script{"6*7": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		out.Display(execution.Display{Data: map[string]any{"text/plain": "42"}, Value: true})
		return nil
	}})
	for _, code := range []string{"print a", "6*7", "print [b]", "print a"} {
		k.Execute(code).OK()
	}
	k.Execute("print hidden", kerneltest.NoHistory).OK()
	k.Execute("print hidden", kerneltest.Silent).OK()

	cases := []struct {
		name    string
		request protocol.HistoryRequest
		want    string
	}{
		{"tail", protocol.HistoryRequest{AccessType: "tail", N: 2}, `[1,3,"print [b]"],[1,4,"print a"]`},
		{"tail of more than there is", protocol.HistoryRequest{AccessType: "tail", N: 9},
			`[1,1,"print a"],[1,2,"6*7"],[1,3,"print [b]"],[1,4,"print a"]`},
		{"tail with output", protocol.HistoryRequest{AccessType: "tail", N: 3, Output: true},
			`[1,2,["6*7","42"]],[1,3,["print [b]",null]],[1,4,["print a",null]]`},
		{"range", protocol.HistoryRequest{AccessType: "range", Session: 1, Start: 2, Stop: 4}, `[1,2,"6*7"],[1,3,"print [b]"]`},
		{"range of the present session", protocol.HistoryRequest{AccessType: "range", Start: 4}, `[1,4,"print a"]`},
		{"range of another session", protocol.HistoryRequest{AccessType: "range", Session: -1, Start: 1}, ``},
		{"search", protocol.HistoryRequest{AccessType: "search", Pattern: "print*"},
			`[1,1,"print a"],[1,3,"print [b]"],[1,4,"print a"]`},
		{"search for one character", protocol.HistoryRequest{AccessType: "search", Pattern: "?*7"}, `[1,2,"6*7"]`},
		{"search is no regular expression", protocol.HistoryRequest{AccessType: "search", Pattern: "*[b]"}, `[1,3,"print [b]"]`},
		{"search unique", protocol.HistoryRequest{AccessType: "search", Pattern: "*a", Unique: true}, `[1,4,"print a"]`},
		{"search n", protocol.HistoryRequest{AccessType: "search", Pattern: "print*", N: 1}, `[1,4,"print a"]`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			reply := k.Ask(protocol.Shell, c.request).On(protocol.Shell)[0]
			if want := `{"status":"ok","history":[` + c.want + `]}`; string(reply.Content) != want {
				t.Errorf("got  %s\nwant %s", reply.Content, want)
			}
		})
	}

	reply := kerneltest.Read[protocol.ErrorReply](t,
		k.Ask(protocol.Shell, protocol.HistoryRequest{AccessType: "all"}).On(protocol.Shell)[0])
	if reply.Status != protocol.StatusError || !strings.Contains(reply.EValue, `"all"`) {
		t.Errorf("an unknown kind: %+v", reply)
	}
}
