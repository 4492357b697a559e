package engine_test

import (
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

// openComms are the comms that comm_info lists, by id.
func openComms(t *testing.T, k *kerneltest.Kernel, target string) map[string]protocol.CommInfo {
	t.Helper()
	return kerneltest.Read[protocol.CommInfoReply](t, k.Ask(protocol.Shell, protocol.CommInfoRequest{TargetName: target}).On(protocol.Shell)[0]).Comms
}

const echoTarget = `import ("fmt"; "lockstep/runtime/comm"; "lockstep/runtime/display")
comm.Register("echo", func(c comm.Comm, data map[string]any) {
	fmt.Println("opened with", data["a"])
	c.OnMessage(func(data map[string]any) {
		if data["fail"] == true {
			panic("on purpose")
		}
		c.Send(map[string]any{"echo": data})
	})
	c.OnClose(func(data map[string]any) { fmt.Println("closed with", data) })
})`

func TestTheFrontEndTalksToCells(t *testing.T) {
	k := kerneltest.Start(t)
	cell := k.Execute(echoTarget).OK()
	k.Execute("x := 1").OK() // the pipes of the first cell stay its own
	k.Ask(protocol.Shell, protocol.CommOpen{CommID: "c", TargetName: "echo", Data: map[string]any{"a": 7}})
	cell.Prints("opened with 7\n")
	if got := openComms(t, k, "echo"); len(got) != 1 || got["c"].TargetName != "echo" || len(openComms(t, k, "other")) != 0 {
		t.Errorf("open are %v", got)
	}

	message := k.Ask(protocol.Shell, protocol.CommMsg{CommID: "c", Data: map[string]any{"n": 1}})
	if got := message.On(protocol.IOPub).String(); got != "status/busy status/idle" {
		t.Errorf("for the message: %s", got)
	}
	echo := k.Await("the echo", func(all kerneltest.Entries) bool { return len(all.Of("comm_msg")) > 0 }).Of("comm_msg")[0]
	if got := string(echo.Content); got != `{"comm_id":"c","data":{"echo":{"n":1}}}` || echo.Parent().MsgID != cell.ID {
		t.Errorf("echo: %s of %s", got, echo.Parent().MsgType)
	}

	failed := k.Ask(protocol.Shell, protocol.CommMsg{CommID: "c", Data: map[string]any{"fail": true}}).Of("stream")
	if len(failed) != 1 || kerneltest.Read[protocol.Stream](t, failed[0]).Name != "stderr" {
		t.Errorf("a handler that panics: %v", failed)
	}

	// While a cell runs, a subshell takes messages.
	running := k.Execute("stop := make(chan bool)\nfmt.Println(\"running\")\n<-stop").Prints("running")
	sub := k.Subshell()
	sub.AwaitAnswer(sub.Post(protocol.Shell, nil, protocol.CommMsg{CommID: "c", Data: map[string]any{"n": 2}}), false)
	k.Await("the second echo", func(all kerneltest.Entries) bool { return len(all.Of("comm_msg")) > 1 })
	k.Ask(protocol.Control, protocol.InterruptRequest{})
	running.Fails(execution.Interrupted, "")

	k.Ask(protocol.Shell, protocol.CommClose{CommID: "c", Data: map[string]any{"b": "end"}})
	cell.Prints("closed with map[b:end]\n")
	if got := openComms(t, k, ""); len(got) != 0 {
		t.Errorf("still open are %v", got)
	}
	for _, late := range []protocol.Content{protocol.CommMsg{CommID: "c"}, protocol.CommClose{CommID: "c"}} {
		if got := k.Ask(protocol.Shell, late).On(protocol.IOPub).String(); got != "status/busy status/idle" {
			t.Errorf("a late %s: %s", late.MsgType(), got)
		}
	}
	refused := k.Ask(protocol.Shell, protocol.CommOpen{CommID: "d", TargetName: "nobody"})
	if got := refused.On(protocol.IOPub).String(); got != "status/busy comm_close status/idle" {
		t.Errorf("a comm to nobody: %s", got)
	}
}

func TestCellsTalkToTheFrontEnd(t *testing.T) {
	k := kerneltest.Start(t)
	cell := k.Execute(`import ("fmt"; "lockstep/runtime/comm")
c := comm.Open("a target", map[string]any{"n": 1})
c.OnMessage(func(data map[string]any) { fmt.Println("got", data["m"]) })
c.Send(nil)`).OK()
	if got := cell.Wait().Of("comm_open", "comm_msg").String(); got != "comm_open comm_msg" {
		t.Fatalf("sent: %s", got)
	}
	opened := kerneltest.Read[protocol.CommOpen](t, cell.Wait().Of("comm_open")[0])
	if opened.TargetName != "a target" || opened.Data["n"] != 1.0 || openComms(t, k, "a target")[opened.CommID].TargetName == "" {
		t.Errorf("opened %+v", opened)
	}
	k.Ask(protocol.Shell, protocol.CommMsg{CommID: opened.CommID, Data: map[string]any{"m": "hello"}})
	cell.Prints("got hello\n")
	closed := k.Execute("c.Close(nil)\nc.Close(nil)").OK().Wait().Of("comm_close")
	if len(closed) != 1 || len(openComms(t, k, "")) != 0 {
		t.Errorf("closed: %v", closed)
	}
	k.Execute("c.Send(nil)").Fails(execution.Panic, "is closed")
}

func TestACrashClosesComms(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(echoTarget).OK()
	k.Execute("c := comm.Open(\"a target\", nil)").OK()
	k.Ask(protocol.Shell, protocol.CommOpen{CommID: "theirs", TargetName: "echo"})
	if got := openComms(t, k, ""); len(got) != 2 {
		t.Fatalf("open are %v", got)
	}
	k.Execute("import \"os\"\nos.Exit(1)").Fails(execution.WorkerDied, "")
	k.Await("the close of both", func(all kerneltest.Entries) bool { return len(all.Of("comm_close")) == 2 })
	if got := openComms(t, k, ""); len(got) != 0 {
		t.Errorf("still open are %v", got)
	}
}
