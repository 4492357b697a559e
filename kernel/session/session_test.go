package session_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
	"lockstep/kernel/session"
	"lockstep/kernel/wire"
)

func start(t *testing.T, script kerneltest.Script) *kerneltest.Kernel {
	t.Helper()
	return kerneltest.StartSession(t, script, nil)
}

// gate is a cell that says when it has started, and ends when it is told how.
type gate struct {
	started chan struct{}
	end     chan *execution.Failure
}

func newGate() gate { return gate{make(chan struct{}), make(chan *execution.Failure)} }

func (g gate) cell(ctx context.Context, _ execution.Request, _ execution.Output) *execution.Failure {
	close(g.started)
	select {
	case failure := <-g.end:
		return failure
	case <-ctx.Done():
		return &execution.Failure{Name: execution.Interrupted, Value: "the cell was interrupted"}
	}
}

// until fails the test when what a channel tells doesn't come.
func until[T any](t *testing.T, what string, c <-chan T) (value T) {
	t.Helper()
	select {
	case value = <-c:
	case <-time.After(kerneltest.Patience):
		t.Fatalf("%s did not happen", what)
	}
	return value
}

func TestEveryRequestHasItsEnvelope(t *testing.T) {
	k := start(t, nil)
	cases := []struct {
		content  protocol.Content
		between  string // on iopub, between busy and idle
		reply    string
		channels []protocol.Channel
	}{
		{protocol.KernelInfoRequest{}, "", "kernel_info_reply", both},
		{protocol.ExecuteRequest{Code: "print 1"}, "execute_input stream ", "execute_reply", shell},
		{protocol.IsCompleteRequest{Code: "x"}, "", "is_complete_reply", both},
		{protocol.CompleteRequest{Code: "x", CursorPos: 1}, "", "complete_reply", both},
		{protocol.InspectRequest{Code: "x", CursorPos: 1}, "", "inspect_reply", both},
		{protocol.HistoryRequest{AccessType: "tail", N: 1}, "", "history_reply", shell},
		{protocol.ConnectRequest{}, "", "connect_reply", both},
		{protocol.CommInfoRequest{}, "", "comm_info_reply", both},
		{protocol.CommOpen{CommID: "c", TargetName: "unknown"}, "comm_close ", "", shell},
		{protocol.CommMsg{CommID: "c"}, "", "", shell},
		{protocol.CommClose{CommID: "c"}, "", "", shell},
		{protocol.InterruptRequest{}, "", "interrupt_reply", both},
		{kerneltest.Raw{Type: "brand_new", JSON: `{"x":1}`}, "", "", both},
	}
	for _, c := range cases {
		for _, channel := range c.channels {
			t.Run(c.content.MsgType()+" on "+string(channel), func(t *testing.T) {
				all := k.Ask(channel, c.content)
				if got, want := all.On(protocol.IOPub).String(), "status/busy "+c.between+"status/idle"; got != want {
					t.Errorf("on iopub: %s, want %s", got, want)
				}
				if got := all.On(channel).String(); got != c.reply {
					t.Errorf("reply: %q, want %q", got, c.reply)
				}
				for _, m := range all {
					if m.Parent().MsgType != c.content.MsgType() {
						t.Errorf("%s has the parent header %s", m, m.ParentHeader)
					}
				}
				if c.reply != "" && c.reply != "is_complete_reply" {
					var reply struct{ Status string }
					if err := all.On(channel)[0].Into(&reply); err != nil || reply.Status != "ok" {
						t.Errorf("status %q, %v: %s", reply.Status, err, all.On(channel)[0].Content)
					}
				}
			})
		}
	}
}

var (
	shell = []protocol.Channel{protocol.Shell}
	both  = []protocol.Channel{protocol.Shell, protocol.Control}
)

func TestASubscriberIsWelcomedAndSeesTheStart(t *testing.T) {
	k := start(t, nil)
	k.Execute("print 1").OK()
	published := k.Entries().On(protocol.IOPub)
	if got, want := published.String(), "iopub_welcome status/starting status/busy status/idle "+
		"status/busy execute_input stream status/idle"; got != want {
		t.Errorf("on iopub: %s\nwant      %s", got, want)
	}
	for _, m := range published[:2] {
		if string(m.ParentHeader) != "{}" {
			t.Errorf("%s has the parent %s, want none", m, m.ParentHeader)
		}
	}
	if got := string(published[0].Content); got != `{"subscription":""}` {
		t.Errorf("welcome: %s", got)
	}
	second := k.Second()
	if got := second.Entries().On(protocol.IOPub)[0].String(); got != "iopub_welcome" {
		t.Errorf("the second client is greeted with %s", got)
	}
	if strings.Contains(second.Entries().String(), "starting") {
		t.Error("the kernel is starting twice")
	}
}

func TestATopicHasItsWelcome(t *testing.T) {
	k := start(t, nil)
	sub, err := wire.DialSubscriber(t.Context(), k.Connection.Endpoint(protocol.IOPub), "kernel.")
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	frames, err := sub.Recv(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m, err := protocol.NewCodec(k.Connection.Key).Decode(frames)
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.MsgType != "iopub_welcome" || string(m.Content) != `{"subscription":"kernel."}` || string(m.Identities[0]) != "kernel." {
		t.Errorf("got %s %s on topic %q", m.Header.MsgType, m.Content, m.Identities[0])
	}
}

func TestKernelInfo(t *testing.T) {
	k := start(t, nil)
	info, err := k.KernelInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if info.ProtocolVersion != "5.5" || info.Implementation != "scripted" || info.LanguageInfo.Name != "script" || info.Banner == "" {
		t.Errorf("got %+v", info)
	}
	reply := k.Entries().On(protocol.Shell)[0]
	if reply.Header.Version != "5.5" || reply.Header.Session == "" || reply.Header.Username == "" {
		t.Errorf("header: %+v", reply.Header)
	}
	if _, err := time.Parse(time.RFC3339Nano, reply.Header.Date); err != nil {
		t.Error(err)
	}
	var raw map[string]any
	if err := json.Unmarshal(reply.Content, &raw); err != nil {
		t.Fatal(err)
	}
	if _, isList := raw["help_links"].([]any); !isList {
		t.Errorf("help_links: %v", raw["help_links"])
	}
	// JupyterLab sends requests for what is listed: nothing may be that isn't there.
	if !slices.Equal(info.SupportedFeatures, []string{"kernel subshells"}) {
		t.Errorf("supported_features: %v", info.SupportedFeatures)
	}
	again := start(t, nil).Ask(protocol.Shell, protocol.KernelInfoRequest{}).On(protocol.Shell)[0]
	if again.Header.Session == reply.Header.Session {
		t.Error("two kernels have the same session")
	}
}

// Newer front ends may say more than this kernel knows of.
func TestUnknownFieldsAreIgnored(t *testing.T) {
	k := start(t, nil)
	s := newStranger(t, k)
	m, err := s.sender.Message(nil, kerneltest.Raw{Type: "execute_request", JSON: `{"code":"print known","brand_new":{"a":[1]},"silent":false}`})
	if err != nil {
		t.Fatal(err)
	}
	m.Metadata = map[string]any{"cellId": "c", "deletedCells": []string{"a", "b"}, "trusted": true, "brand_new": nil}
	m.Buffers = [][]byte{{1, 2}, {}}
	if m.RawHeader, err = json.Marshal(map[string]any{
		"msg_id": m.Header.MsgID, "msg_type": m.Header.MsgType, "session": "s", "username": "", "date": m.Header.Date, "version": "99.0", "brand_new": 1,
	}); err != nil {
		t.Fatal(err)
	}
	frames, err := s.codec.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), frames); err != nil {
		t.Fatal(err)
	}
	answer := k.AwaitAnswer(m.Header.MsgID, false)
	if got, want := answer.On(protocol.IOPub).String(), "status/busy execute_input stream status/idle"; got != want {
		t.Errorf("on iopub: %s, want %s", got, want)
	}
	if parent := string(answer[0].ParentHeader); !strings.Contains(parent, "brand_new") {
		t.Errorf("the parent header is %s, want the request's as it is", parent)
	}
}

func TestConnectTellsThePorts(t *testing.T) {
	k := start(t, nil)
	got := kerneltest.Read[protocol.ConnectReply](t, k.Ask(protocol.Shell, protocol.ConnectRequest{}).On(protocol.Shell)[0])
	if got != (protocol.ConnectReply{Status: "ok", ShellPort: 1, IOPubPort: 2, StdinPort: 3, ControlPort: 4, HeartbeatPort: 5}) {
		t.Errorf("got %+v", got)
	}
}

func TestHeartbeatEchoesAlsoWhileACellRuns(t *testing.T) {
	g := newGate()
	k := start(t, kerneltest.Script{"wait": g.cell})
	heart, err := wire.DialRequester(t.Context(), k.Connection.Endpoint(protocol.Heartbeat))
	if err != nil {
		t.Fatal(err)
	}
	defer heart.Close()
	ping := func() {
		t.Helper()
		beat, err := heart.Request(t.Context(), wire.Frames{[]byte("ping")})
		if err != nil || len(beat) != 1 || string(beat[0]) != "ping" {
			t.Errorf("echo: %q, %v", beat, err)
		}
	}
	ping()
	cell := k.Execute("wait")
	until(t, "the start of the cell", g.started)
	ping()
	g.end <- nil
	cell.OK()
}

func TestControlIsAnsweredWhileACellRuns(t *testing.T) {
	g := newGate()
	k := start(t, kerneltest.Script{"wait": g.cell})
	cell := k.Execute("wait")
	until(t, "the start of the cell", g.started)
	for _, m := range k.Ask(protocol.Control, protocol.KernelInfoRequest{}) {
		if m.Parent().MsgType != "kernel_info_request" {
			t.Errorf("%s has the parent %s", m, m.ParentHeader)
		}
	}
	g.end <- nil
	cell.OK()
}

func TestShellIsAnsweredInOrder(t *testing.T) {
	g := newGate()
	k := start(t, kerneltest.Script{"wait": g.cell})
	cells := []*kerneltest.Execution{k.Execute("wait")}
	until(t, "the start of the cell", g.started)
	for _, code := range []string{"print a", "print b", "print c"} {
		cells = append(cells, k.Execute(code))
	}
	info := k.Post(protocol.Shell, nil, protocol.KernelInfoRequest{})
	g.end <- nil
	cells[0].OK().Silence()
	cells[1].Stdout("a\n").OK()
	cells[2].Stdout("b\n").OK()
	cells[3].Stdout("c\n").OK()
	k.AwaitAnswer(info, true)

	var parents []string
	for _, m := range k.Entries().On(protocol.IOPub).Of("status") {
		if id := m.Parent().MsgID; id != "" && (len(parents) == 0 || parents[len(parents)-1] != id) {
			parents = append(parents, id)
		}
	}
	want := []string{cells[0].ID, cells[1].ID, cells[2].ID, cells[3].ID, info}
	if got := parents[len(parents)-5:]; strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("envelopes on iopub are those of %v, want %v", got, want)
	}
}

func TestABadConnectionIsRefused(t *testing.T) {
	at := kerneltest.Connection(t)
	at.ShellPort = 0
	var field *protocol.FieldError
	if err := session.New(at, kerneltest.Script{}, session.Options{}).Serve(t.Context()); !errors.As(err, &field) || field.Field != "shell_port" {
		t.Errorf("err = %v, want a FieldError for shell_port", err)
	}
}

func TestATakenPortIsNamed(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	at := kerneltest.Connection(t)
	at.ControlPort = port
	at.Transport, at.IP = protocol.TCP, "127.0.0.1"
	// The other ports need not be free: the error names one endpoint or another.
	err = session.New(at, kerneltest.Script{}, session.Options{}).Serve(t.Context())
	if err == nil || !strings.Contains(err.Error(), "tcp://127.0.0.1:") {
		t.Errorf("err = %v, want one that names the endpoint", err)
	}
}
