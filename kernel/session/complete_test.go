package session_test

import (
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestIsComplete(t *testing.T) {
	k := start(t, nil)
	for code, want := range map[string]protocol.IsCompleteReply{
		"x":        {Status: "complete"},
		"func() {": {Status: "incomplete", Indent: "\t"},
	} {
		got, err := k.IsComplete(t.Context(), code)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v, want %+v", code, got, err, want)
		}
	}
}

func TestCompletionWithoutMatchesIsOKAtTheClampedCursor(t *testing.T) {
	k := start(t, nil)
	for cursor, want := range map[int]int{-1: 0, 0: 0, 2: 2, 3: 3, 99: 3} {
		reply := kerneltest.Read[protocol.CompleteReply](t,
			k.Ask(protocol.Shell, protocol.CompleteRequest{Code: "x世𝄞", CursorPos: cursor}).On(protocol.Shell)[0])
		if reply.Status != protocol.StatusOK || reply.Matches == nil || len(reply.Matches) != 0 ||
			reply.CursorStart != want || reply.CursorEnd != want {
			t.Errorf("cursor %d: %+v, want ok at %d", cursor, reply, want)
		}
	}
}

func TestCompletionCountsCodePoints(t *testing.T) {
	k := start(t, nil)
	all := k.Ask(protocol.Shell, protocol.CompleteRequest{Code: "世𝄞 prin 世", CursorPos: 7})
	want := `{"status":"ok","matches":["print"],"cursor_start":3,"cursor_end":7,"metadata":{"_jupyter_types_experimental":` +
		`[{"start":3,"end":7,"text":"print","type":"keyword","signature":"TEXT"}]}}`
	if got := string(all.On(protocol.Shell)[0].Content); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestInspection(t *testing.T) {
	k := start(t, nil)
	for _, test := range []struct {
		request protocol.InspectRequest
		want    string
	}{
		{protocol.InspectRequest{Code: "x", CursorPos: -1}, `{"status":"ok","found":false,"data":{},"metadata":{}}`},
		{protocol.InspectRequest{Code: "𝄞 print x", CursorPos: 7, DetailLevel: 1},
			`{"status":"ok","found":true,"data":{"text/markdown":"**print**","text/plain":"print, detail 1"},"metadata":{}}`},
		{protocol.InspectRequest{Code: "𝄞 print", CursorPos: 99},
			`{"status":"ok","found":true,"data":{"text/markdown":"**print**","text/plain":"print, detail 0"},"metadata":{}}`},
	} {
		all := k.Ask(protocol.Shell, test.request)
		if got := string(all.On(protocol.Shell)[0].Content); got != test.want {
			t.Errorf("%+v\ngot  %s\nwant %s", test.request, got, test.want)
		}
	}
}

func TestAnUnknownCommIsClosed(t *testing.T) {
	k := start(t, nil)
	all := k.Ask(protocol.Shell, protocol.CommOpen{CommID: "c1", TargetName: "jupyter.widget"})
	closed := kerneltest.Read[protocol.CommClose](t, all.Of("comm_close")[0])
	if closed.CommID != "c1" {
		t.Errorf("comm_close: %+v", closed)
	}
	info := kerneltest.Read[protocol.CommInfoReply](t, k.Ask(protocol.Shell, protocol.CommInfoRequest{}).On(protocol.Shell)[0])
	if info.Status != protocol.StatusOK || info.Comms == nil || len(info.Comms) != 0 {
		t.Errorf("comm_info: %+v", info)
	}
}
