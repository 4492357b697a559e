package session_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
	"lockstep/kernel/session"
)

func TestShutdownIsRepliedBroadcastAndLast(t *testing.T) {
	for _, channel := range both {
		for _, restart := range []bool{false, true} {
			t.Run(fmt.Sprintf("on %s, restart %v", channel, restart), func(t *testing.T) {
				k := start(t, nil)
				other := k.Second()
				all := k.Ask(channel, protocol.ShutdownRequest{Restart: restart})
				want := fmt.Sprintf(`{"status":"ok","restart":%v}`, restart)
				if got := all.On(channel); len(got) != 1 || string(got[0].Content) != want {
					t.Errorf("reply: %v, want %s", got, want)
				}
				for _, client := range []*kerneltest.Kernel{k, other} {
					until(t, "the end of the connection", client.Lost())
					published := client.Entries().On(protocol.IOPub)
					shutdown := published.For(all[0].Parent().MsgID)
					if got := shutdown.String(); got != "status/busy shutdown_reply status/idle" {
						t.Fatalf("on iopub: %s", got)
					}
					if got := string(shutdown[1].Content); got != want {
						t.Errorf("broadcast: %s, want %s", got, want)
					}
					if published[len(published)-1].Header.MsgID != shutdown[2].Header.MsgID {
						t.Errorf("the idle is not the last: %s", published)
					}
				}
				k.Stop()
			})
		}
	}
}

func TestTheLastIdleIsNeverLost(t *testing.T) {
	for range 50 {
		k := start(t, nil)
		k.Execute("print x").OK()
		k.Ask(protocol.Control, protocol.ShutdownRequest{}) // waits for the idle
		k.Stop()
	}
}

func TestShutdownEndsTheRunningCellAndAbortsTheQueue(t *testing.T) {
	g := newGate()
	k := start(t, kerneltest.Script{"wait": g.cell})
	cell := k.Execute("wait")
	until(t, "the start of the cell", g.started)
	queued := k.Execute("print 2")
	awaitQueued(t, k)
	k.Ask(protocol.Control, protocol.ShutdownRequest{})
	cell.Fails(execution.Interrupted, "interrupted")
	queued.Aborted()
	until(t, "the end of the connection", k.Lost())
	published := k.Entries().On(protocol.IOPub)
	if last := published[len(published)-1]; last.String() != "status/idle" || last.Parent().MsgType != "shutdown_request" {
		t.Errorf("last on iopub: %s of %s", last, last.Parent().MsgType)
	}
}

func TestTheEndOfServesContextEndsTheRunningCell(t *testing.T) {
	g := newGate()
	k := start(t, kerneltest.Script{"wait": g.cell})
	cell := k.Execute("wait")
	until(t, "the start of the cell", g.started)
	k.Stop() // cancels the context
	cell.Fails(execution.Interrupted, "interrupted")
}

func TestACellThatDoesNotEndCantKeepTheKernelAlive(t *testing.T) {
	started, forever := make(chan struct{}), make(chan struct{})
	defer close(forever)
	k := start(t, kerneltest.Script{"stuck": func(context.Context, execution.Request, execution.Output) *execution.Failure {
		close(started)
		<-forever
		return nil
	}})
	k.Execute("stuck")
	until(t, "the start of the cell", started)
	begin := time.Now()
	k.Ask(protocol.Control, protocol.ShutdownRequest{})
	k.Stop()
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("the kernel took %v to end", took)
	}
}

// TestMain also is the parent process that TestTheKernelEndsWithItsParent needs.
func TestMain(m *testing.M) {
	if os.Getenv("SESSION_TEST_PARENT") != "" {
		_, _ = io.Copy(io.Discard, os.Stdin) // until the test ends it
		return
	}
	os.Exit(m.Run())
}

func TestTheKernelEndsWithItsParent(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), "SESSION_TEST_PARENT=1")
	lifeline, err := parent.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Setenv("JPY_PARENT_PID", fmt.Sprint(parent.Process.Pid))
	g := newGate()
	k := kerneltest.StartSession(t, kerneltest.Script{"wait": g.cell}, func(o *session.Options) { o.ParentPID = session.ParentPID() })
	cell := k.Execute("wait")
	until(t, "the start of the cell", g.started)
	if err := lifeline.Close(); err != nil {
		t.Fatal(err)
	}
	if err := parent.Wait(); err != nil {
		t.Fatal(err)
	}
	cell.Fails(execution.Interrupted, "interrupted")
	until(t, "the end of the connection", k.Lost())
	k.AwaitLog("is gone")
}

func TestParentPID(t *testing.T) {
	for text, want := range map[string]int{"": 0, "12": 12, "-1": 0, "x": 0} {
		t.Setenv("JPY_PARENT_PID", text)
		if got := session.ParentPID(); got != want {
			t.Errorf("JPY_PARENT_PID=%q is read as %d, want %d", text, got, want)
		}
	}
}

func TestNothingIsLoggedWhenAllIsWell(t *testing.T) {
	k := start(t, nil)
	k.Execute("print x").OK()
	k.Ask(protocol.Control, protocol.ShutdownRequest{})
	k.Stop()
	if log := k.Log(); len(log) != 0 {
		t.Errorf("log:\n%s", strings.Join(log, "\n"))
	}
}
