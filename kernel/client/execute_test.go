package client_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestExecuteHandsOverOutputsInOrder(t *testing.T) {
	c := dial(t)
	var got []string
	reply, err := c.Execute(t.Context(), "show", client.ExecuteOptions{StoreHistory: true}, client.Handler{
		Output: func(content protocol.Content) { got = append(got, fmt.Sprintf("%T %v", content, content)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if reply.Status != protocol.StatusOK || *reply.ExecutionCount != 1 {
		t.Errorf("reply: %+v", reply)
	}
	want := []string{
		"protocol.ExecuteInput {show 1}",
		"protocol.Stream {stdout one}",
		"protocol.Stream {stderr two}",
		"protocol.DisplayData {map[text/html:three] map[] {d}}",
		"protocol.UpdateDisplayData {map[text/html:four] map[] {d}}",
		"protocol.ClearOutput {false}",
		"protocol.ExecuteResult {1 map[text/plain:five] map[] {}}",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAFailingCellIsNoError(t *testing.T) {
	c := dial(t)
	var shown protocol.Error
	reply, err := c.Execute(t.Context(), "fail", client.ExecuteOptions{}, client.Handler{
		Output: func(content protocol.Content) {
			if e, ok := content.(protocol.Error); ok {
				shown = e
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if reply.Status != protocol.StatusError || reply.EValue != "it broke" || shown.EValue != "it broke" {
		t.Errorf("reply %+v, shown %+v", reply, shown)
	}
}

func TestASlowHandlerLosesNothing(t *testing.T) {
	c := dial(t)
	var got printed
	block := make(chan struct{})
	var once sync.Once
	time.AfterFunc(50*time.Millisecond, func() { close(block) })
	if _, err := c.Execute(t.Context(), "many", client.ExecuteOptions{}, client.Handler{
		Output: func(content protocol.Content) {
			once.Do(func() { <-block })
			got.add(content)
		},
	}); err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for i := range 5000 {
		fmt.Fprintln(&want, i)
	}
	if got.String() != want.String() {
		t.Errorf("got %d bytes, want %d", got.Len(), want.Len())
	}
}

func TestInputIsAnswered(t *testing.T) {
	c := dial(t)
	var got printed
	var question protocol.InputRequest
	reply, err := c.Execute(t.Context(), "ask", client.ExecuteOptions{AllowStdin: true}, client.Handler{
		Output: got.add,
		Input: func(_ context.Context, q protocol.InputRequest) (string, error) {
			question = q
			return "阿福", nil
		},
	})
	if err != nil || reply.Status != protocol.StatusOK || got.String() != "hello 阿福" {
		t.Errorf("reply %+v, %v, printed %q", reply, err, got.String())
	}
	if question != (protocol.InputRequest{Prompt: "name? ", Password: true}) {
		t.Errorf("question: %+v", question)
	}
}

func TestWithoutAnAnswerTheCellIsInterrupted(t *testing.T) {
	noTerminal := errors.New("no terminal")
	for name, h := range map[string]client.Handler{
		"no handler": {},
		"it fails": {Input: func(context.Context, protocol.InputRequest) (string, error) {
			return "", noTerminal
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t)
			reply, err := c.Execute(t.Context(), "ask", client.ExecuteOptions{AllowStdin: true}, h)
			if err == nil || reply.Status != protocol.StatusError {
				t.Errorf("reply %+v, err %v", reply, err)
			}
			if h.Input != nil && !errors.Is(err, noTerminal) {
				t.Errorf("err = %v, want the handler's", err)
			}
		})
	}
}

func TestAnInterruptEndsTheQuestion(t *testing.T) {
	c := dial(t)
	asked := make(chan struct{})
	reply, err := c.Execute(t.Context(), "ask", client.ExecuteOptions{AllowStdin: true}, client.Handler{
		Input: func(ctx context.Context, _ protocol.InputRequest) (string, error) {
			defer close(asked)
			if err := c.Interrupt(t.Context()); err != nil {
				t.Error(err)
			}
			<-ctx.Done() // as somebody who types nothing
			return "", ctx.Err()
		},
	})
	<-asked
	if err != nil || reply.Status != protocol.StatusError {
		t.Errorf("reply %+v, err %v", reply, err)
	}
}

func TestInterruptFromAnOutputHandler(t *testing.T) {
	c := dial(t)
	reply, err := c.Execute(t.Context(), "wait", client.ExecuteOptions{}, client.Handler{
		Output: func(content protocol.Content) {
			if _, ok := content.(protocol.Stream); ok {
				if err := c.Interrupt(t.Context()); err != nil {
					t.Error(err)
				}
			}
		},
	})
	if err != nil || reply.EName != execution.Interrupted {
		t.Errorf("reply %+v, err %v", reply, err)
	}
}

func TestOutputAfterTheEndGoesToLate(t *testing.T) {
	c := dial(t)
	late := make(chan protocol.Content, 1)
	if _, err := c.Execute(t.Context(), "late", client.ExecuteOptions{}, client.Handler{
		Late: func(content protocol.Content) { late <- content },
	}); err != nil {
		t.Fatal(err)
	}
	release <- struct{}{}
	if got := await(t, late); got != (protocol.Stream{Name: "stdout", Text: "late"}) {
		t.Errorf("late: %v", got)
	}
}

// Whether it comes before the cell's end or after it, or right then.
func TestAnOutputIsHandedOverOnce(t *testing.T) {
	c := dial(t)
	for range 50 {
		got := make(chan protocol.Content, 3)
		take := func(content protocol.Content) {
			if _, ok := content.(protocol.Stream); ok {
				got <- content
			}
		}
		if _, err := c.Execute(t.Context(), "sooner or later", client.ExecuteOptions{}, client.Handler{Output: take, Late: take}); err != nil {
			t.Fatal(err)
		}
		await(t, got)
		if len(got) > 0 {
			t.Fatalf("again: %v", <-got)
		}
	}
}

func await(t *testing.T, contents <-chan protocol.Content) protocol.Content {
	t.Helper()
	select {
	case got := <-contents:
		return got
	case <-time.After(kerneltest.Patience):
		t.Fatal("the output did not come")
		return nil
	}
}

func TestTheContextEndsTheWaitNotTheCell(t *testing.T) {
	c := dial(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("enough")
	_, err := c.Execute(ctx, "wait", client.ExecuteOptions{}, client.Handler{
		Output: func(content protocol.Content) {
			if _, ok := content.(protocol.Stream); ok {
				cancel(reason)
			}
		},
	})
	if !errors.Is(err, reason) {
		t.Errorf("err = %v, want %v", err, reason)
	}
	if err := c.Interrupt(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got printed
	if _, err := c.Execute(t.Context(), "print on", client.ExecuteOptions{}, client.Handler{Output: got.add}); err != nil || got.String() != "on\n" {
		t.Errorf("afterwards: %q, %v", got.String(), err)
	}
}

func TestExecutionsFromSeveralGoroutines(t *testing.T) {
	c := dial(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			var got printed
			_, err := c.Execute(t.Context(), fmt.Sprintf("print %d", i), client.ExecuteOptions{}, client.Handler{Output: got.add})
			if want := fmt.Sprintln(i); err != nil || got.String() != want {
				t.Errorf("printed %q, %v, want %q", got.String(), err, want)
			}
		})
	}
	all.Wait()
}

func TestRequests(t *testing.T) {
	c := dial(t)
	info, err := c.KernelInfo(t.Context())
	if err != nil || info.Implementation != "scripted" {
		t.Errorf("kernel_info: %+v, %v", info, err)
	}
	complete, err := c.IsComplete(t.Context(), "for {")
	if err != nil || complete.Status != "incomplete" {
		t.Errorf("is_complete: %+v, %v", complete, err)
	}
	reply, err := c.Request(t.Context(), protocol.Control, protocol.CommInfoRequest{})
	if err != nil || reply.Header.MsgType != "comm_info_reply" {
		t.Errorf("comm_info: %+v, %v", reply, err)
	}
	if _, err := c.Request(t.Context(), protocol.IOPub, protocol.CommInfoRequest{}); err == nil {
		t.Error("a request on iopub was sent")
	}
}
