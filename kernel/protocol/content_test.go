package protocol

import (
	"encoding/json"
	"testing"
	"time"
)

func TestContentsAsTheyAreSent(t *testing.T) {
	three, zero := 3, 0
	text := "4"
	cases := []struct {
		name    string
		content Content
		want    string
	}{
		{"execute ok", ExecuteReply{Status: StatusOK, ExecutionCount: &zero},
			`{"status":"ok","execution_count":0,"user_expressions":{},"payload":[]}`},
		{"execute error", ExecuteReply{Status: StatusError, ExecutionCount: &three, EName: "panic", EValue: "v"},
			`{"status":"error","execution_count":3,"ename":"panic","evalue":"v","traceback":[]}`},
		{"execute aborted", ExecuteReply{Status: StatusError, EName: Aborted, EValue: "v"},
			`{"status":"error","ename":"aborted","evalue":"v","traceback":[]}`},
		{"execute request", ExecuteRequest{Code: "1"},
			`{"code":"1","silent":false,"store_history":false,"user_expressions":{},"allow_stdin":false,"stop_on_error":false}`},
		{"error reply", NewErrorReply("complete_request", "n", "v"),
			`{"status":"error","ename":"n","evalue":"v","traceback":[]}`},
		{"is_complete", IsCompleteReply{Status: "complete"}, `{"status":"complete"}`},
		{"history", HistoryReply{Status: StatusOK, History: []HistoryEntry{
			{Session: 0, ExecutionCount: 1, Code: "x"},
			{Session: 0, ExecutionCount: 2, Code: "y", WithOutput: true, Output: &text},
			{Session: 0, ExecutionCount: 3, Code: "z", WithOutput: true},
		}}, `{"status":"ok","history":[[0,1,"x"],[0,2,["y","4"]],[0,3,["z",null]]]}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := marshal(c.content)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAbsentFieldsOfAnExecuteRequestHaveTheirDefaults(t *testing.T) {
	var r ExecuteRequest
	if err := json.Unmarshal([]byte(`{"code":"1","from_the_future":1}`), &r); err != nil {
		t.Fatal(err)
	}
	if !r.StoreHistory || !r.AllowStdin || !r.StopOnError || r.Silent {
		t.Errorf("got %+v", r)
	}
	if err := json.Unmarshal([]byte(`{"store_history":false,"allow_stdin":false,"stop_on_error":false}`), &r); err != nil {
		t.Fatal(err)
	}
	if r.StoreHistory || r.AllowStdin || r.StopOnError {
		t.Errorf("got %+v", r)
	}
}

func TestRepliesReadBack(t *testing.T) {
	var reply ExecuteReply
	if err := json.Unmarshal([]byte(`{"status":"ok","execution_count":7,"user_expressions":{"a":{"status":"error","ename":"n"}}}`), &reply); err != nil {
		t.Fatal(err)
	}
	if reply.Status != StatusOK || *reply.ExecutionCount != 7 || reply.UserExpressions["a"].EName != "n" {
		t.Errorf("got %+v", reply)
	}
	var history HistoryReply
	if err := json.Unmarshal([]byte(`{"status":"ok","history":[[0,1,"x"],[0,2,["y","4"]]]}`), &history); err != nil {
		t.Fatal(err)
	}
	if len(history.History) != 2 || history.History[0].Code != "x" || *history.History[1].Output != "4" {
		t.Errorf("got %+v", history)
	}
}

func TestDateIsUTCWithMicroseconds(t *testing.T) {
	at := time.Date(2024, 2, 29, 8, 0, 1, 5_000, time.FixedZone("", 8*3600))
	if got := Date(at); got != "2024-02-29T00:00:01.000005Z" {
		t.Errorf("Date = %s", got)
	}
}

func TestReplyType(t *testing.T) {
	for request, want := range map[string]string{"kernel_info_request": "kernel_info_reply", "comm_open": ""} {
		if got := ReplyType(request); got != want {
			t.Errorf("ReplyType(%s) = %q, want %q", request, got, want)
		}
	}
}
