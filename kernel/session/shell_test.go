package session_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

// subshells lists the subshells.
func subshells(t *testing.T, k *kerneltest.Kernel) []string {
	t.Helper()
	return kerneltest.Read[protocol.ListSubshellReply](t, k.Ask(protocol.Control, protocol.ListSubshellRequest{}).On(protocol.Control)[0]).SubshellID
}

func TestASubshellRunsBesideTheMainShell(t *testing.T) {
	main, sub := newGate(), newGate()
	k := start(t, kerneltest.Script{"main": main.cell, "sub": sub.cell})
	k.Execute("print 1").OK()
	running := k.Execute("main")
	until(t, "the start of the main shell's cell", main.started)
	queued := k.Execute("print queued")

	one, two := k.Subshell(), k.Subshell()
	want := []string{one.SubshellID(), two.SubshellID()}
	slices.Sort(want)
	if got := subshells(t, k); !slices.Equal(got, want) {
		t.Errorf("the subshells are %v, want %v", got, want)
	}
	blocked := one.Execute("sub")
	until(t, "the start of the subshell's cell", sub.started)
	beside := two.Execute("print beside").Stdout("beside\n").OK().Count(3) // it goes on from the two of the main shell
	two.Execute("print again").Count(4).OK()
	for _, m := range beside.Wait() {
		if m.Parent().SubshellID != two.SubshellID() {
			t.Errorf("%s has the parent %s", m, m.ParentHeader)
		}
	}
	two.Ask(protocol.Shell, protocol.CompleteRequest{})

	sub.end <- nil
	blocked.OK().Count(3)
	main.end <- nil
	running.OK().Count(2)
	queued.OK().Count(3)
}

func TestAnErrorAbortsWhatIsQueuedInItsShellOnly(t *testing.T) {
	main, sub := newGate(), newGate()
	k := start(t, kerneltest.Script{"main": main.cell, "sub": sub.cell})
	beside := k.Subshell()
	inMain, inSub := k.Execute("main"), beside.Execute("sub")
	until(t, "the start of the main shell's cell", main.started)
	until(t, "the start of the subshell's cell", sub.started)
	queuedInMain, queuedInSub := k.Execute("print main", kerneltest.GoOn), beside.Execute("print sub")
	awaitQueued(t, k)
	sub.end <- &execution.Failure{Name: execution.Panic, Value: "x"}
	inSub.Fails(execution.Panic, "x")
	queuedInSub.Aborted()
	main.end <- nil
	inMain.OK()
	queuedInMain.Stdout("main\n").OK()
}

func TestAnInterruptIsForAllShells(t *testing.T) {
	main, sub := newGate(), newGate()
	k := start(t, kerneltest.Script{"main": main.cell, "sub": sub.cell})
	inMain, inSub := k.Execute("main"), k.Subshell().Execute("sub")
	until(t, "the start of the main shell's cell", main.started)
	until(t, "the start of the subshell's cell", sub.started)
	k.Ask(protocol.Control, protocol.InterruptRequest{})
	inMain.Fails(execution.Interrupted, "")
	inSub.Fails(execution.Interrupted, "")
}

// closing is an engine that tells of its end.
type closing struct {
	kerneltest.Script
	closed chan string
	name   string
}

func (c closing) Fork() (execution.Engine, error) {
	return closing{c.Script, c.closed, "subshell"}, nil
}

func (c closing) Close() error {
	c.closed <- c.name
	return nil
}

func TestADeletedSubshellEnds(t *testing.T) {
	g := newGate()
	engine := closing{kerneltest.Script{"wait": g.cell}, make(chan string, 3), "main"}
	k := kerneltest.StartSession(t, engine, nil)
	sub, other := k.Subshell(), k.Subshell()
	running := sub.Execute("wait")
	until(t, "the start of the cell", g.started)
	queued := sub.Execute("print no")
	awaitQueued(t, sub)
	remove := protocol.DeleteSubshellRequest{SubshellID: sub.SubshellID()}
	if got := string(k.Ask(protocol.Control, remove).On(protocol.Control)[0].Content); got != `{"status":"ok"}` {
		t.Errorf("reply: %s", got)
	}
	running.Fails(execution.Interrupted, "")
	queued.Aborted()
	if got := until(t, "the engine's end", engine.closed); got != "subshell" {
		t.Errorf("the engine of %s ended", got)
	}
	if got := subshells(t, k); !slices.Equal(got, []string{other.SubshellID()}) {
		t.Errorf("left are %v", got)
	}
	for what, reply := range map[string]kerneltest.Entry{
		"deleting it again":      k.Ask(protocol.Control, remove).On(protocol.Control)[0],
		"running a cell in it":   sub.Execute("print no").Wait().On(protocol.Shell)[0],
		"a question to it":       sub.Ask(protocol.Shell, protocol.KernelInfoRequest{}).On(protocol.Shell)[0],
		"one that never existed": k.InSubshell("x").Ask(protocol.Shell, protocol.KernelInfoRequest{}).On(protocol.Shell)[0],
	} {
		failed := kerneltest.Read[protocol.ErrorReply](t, reply)
		if failed.Status != protocol.StatusError || !strings.Contains(failed.EValue, "there is no subshell") {
			t.Errorf("%s: %s", what, reply.Content)
		}
	}
	k.Execute("print on").Stdout("on\n").OK()

	k.Stop()
	ended := []string{until(t, "an engine's end", engine.closed), until(t, "an engine's end", engine.closed)}
	slices.Sort(ended)
	if !slices.Equal(ended, []string{"main", "subshell"}) {
		t.Errorf("the kernel's end ended the engines of %v", ended)
	}
}

func TestShutdownEndsSubshells(t *testing.T) {
	g := newGate()
	k := start(t, kerneltest.Script{"wait": g.cell})
	sub := k.Subshell()
	running := sub.Execute("wait")
	until(t, "the start of the cell", g.started)
	k.Ask(protocol.Control, protocol.ShutdownRequest{})
	running.Fails(execution.Interrupted, "")
	until(t, "the end of the connection", k.Lost())
	published := k.Entries().On(protocol.IOPub)
	if last := published[len(published)-1]; last.String() != "status/idle" || last.Parent().MsgType != "shutdown_request" {
		t.Errorf("last on iopub: %s of %s", last, last.Parent().MsgType)
	}
}

func TestTheNumberOfSubshellsIsLimited(t *testing.T) {
	k := start(t, nil)
	var last *kerneltest.Kernel
	for range 16 {
		last = k.Subshell()
	}
	create := func() kerneltest.Entry {
		return k.Ask(protocol.Control, protocol.CreateSubshellRequest{}).On(protocol.Control)[0]
	}
	if got := kerneltest.Read[protocol.ErrorReply](t, create()); got.Status != protocol.StatusError || !strings.Contains(got.EValue, "16 subshells") {
		t.Errorf("the 17th: %+v", got)
	}
	k.Ask(protocol.Control, protocol.DeleteSubshellRequest{SubshellID: last.SubshellID()})
	k.Subshell().Execute("print on").OK()
}

func TestSubshellsOnlyOnControl(t *testing.T) {
	k := start(t, nil)
	for _, request := range []protocol.Content{protocol.CreateSubshellRequest{}, protocol.DeleteSubshellRequest{}, protocol.ListSubshellRequest{}} {
		id := k.Post(protocol.Shell, nil, request)
		if got := fmt.Sprint(k.AwaitAnswer(id, false)); got != "status/busy status/idle" {
			t.Errorf("%s on shell: %s", request.MsgType(), got)
		}
	}
}
