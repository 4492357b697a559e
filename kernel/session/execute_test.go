package session_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func fail(context.Context, execution.Request, execution.Output) *execution.Failure {
	return &execution.Failure{Name: execution.Panic, Value: "it broke", Traceback: []string{"line 1", "line 2"}}
}

func TestACellShowsItsOutputsInOrder(t *testing.T) {
	k := start(t, kerneltest.Script{"show": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		out.Stream(execution.Stdout, "one\n")
		out.Stream(execution.Stderr, "two\n")
		out.Stream(execution.Stdout, "")
		out.Display(execution.Display{Data: map[string]any{"text/html": "<b>"}, ID: "d"})
		out.Display(execution.Display{Data: map[string]any{"text/html": "<i>"}, ID: "d", Update: true})
		out.Clear(true)
		out.Display(execution.Display{Data: map[string]any{"text/plain": "42", "application/json": []int{1}}, Value: true})
		return nil
	}})
	cell := k.Execute("show").OK().Stdout("one\n").Stderr("two\n").Value("42").Displays("text/html", "<b>").Count(1)
	all := cell.Wait().On(protocol.IOPub)
	if got, want := all.String(), "status/busy execute_input stream stream display_data update_display_data clear_output execute_result status/idle"; got != want {
		t.Errorf("on iopub: %s\nwant      %s", got, want)
	}
	for i, want := range map[int]string{
		1: `{"code":"show","execution_count":1}`,
		4: `{"data":{"text/html":"<b>"},"metadata":{},"transient":{"display_id":"d"}}`,
		5: `{"data":{"text/html":"<i>"},"metadata":{},"transient":{"display_id":"d"}}`,
		6: `{"wait":true}`,
		7: `{"execution_count":1,"data":{"application/json":[1],"text/plain":"42"},"metadata":{},"transient":{}}`,
	} {
		if got := string(all[i].Content); got != want {
			t.Errorf("%s: %s, want %s", all[i], got, want)
		}
	}
}

func TestTheReplyTellsWhenTheCellStarted(t *testing.T) {
	k := start(t, kerneltest.Script{"fail": fail})
	before := time.Now().Truncate(time.Microsecond)
	for _, code := range []string{"print 1", "fail"} {
		reply := k.Execute(code).Wait().On(protocol.Shell)[0]
		text, _ := reply.Metadata["started"].(string)
		started, err := time.Parse(time.RFC3339Nano, text)
		if err != nil || started.Before(before) || started.After(time.Now()) {
			t.Errorf("started = %q, %v", text, err)
		}
	}
}

func TestAFailureIsShownOnceAndReplied(t *testing.T) {
	k := start(t, kerneltest.Script{"fail": fail})
	cell := k.Execute("fail").Fails(execution.Panic, "it broke").Count(1)
	if got := cell.Reply().Traceback; len(got) != 2 || got[1] != "line 2" {
		t.Errorf("traceback = %q", got)
	}
	if got, want := cell.Wait().On(protocol.IOPub).String(), "status/busy execute_input error status/idle"; got != want {
		t.Errorf("on iopub: %s, want %s", got, want)
	}
	k.Execute("print on").Stdout("on\n").OK().Count(2)
}

func TestAnErrorAbortsWhatIsQueued(t *testing.T) {
	g := newGate()
	k := start(t, kerneltest.Script{"wait": g.cell})
	cell := k.Execute("wait")
	until(t, "the start of the cell", g.started)
	second, third := k.Execute("print 2"), k.Execute("print 3", kerneltest.Silent)
	info := k.Post(protocol.Shell, nil, protocol.KernelInfoRequest{})
	awaitQueued(t, k)
	g.end <- &execution.Failure{Name: execution.Panic, Value: "x"}
	cell.Fails(execution.Panic, "x")
	for _, aborted := range []*kerneltest.Execution{second.Aborted(), third.Aborted()} {
		if got := aborted.Wait().On(protocol.IOPub).String(); got != "status/busy status/idle" {
			t.Errorf("on iopub: %s", got)
		}
		if aborted.Reply().ExecutionCount != nil {
			t.Error("a cell that didn't run has an execution_count")
		}
	}
	k.AwaitAnswer(info, true)
	k.Execute("print on").Stdout("on\n").OK().Count(2)
}

func TestWithoutStopOnErrorNothingIsAborted(t *testing.T) {
	g := newGate()
	k := start(t, kerneltest.Script{"wait": g.cell})
	cell := k.Execute("wait", kerneltest.GoOn)
	until(t, "the start of the cell", g.started)
	next := k.Execute("print 2")
	awaitQueued(t, k)
	g.end <- &execution.Failure{Name: execution.Panic, Value: "x"}
	cell.Fails(execution.Panic, "x")
	next.Stdout("2\n").OK()
}

func TestCounts(t *testing.T) {
	k := start(t, kerneltest.Script{"number": func(_ context.Context, r execution.Request, out execution.Output) *execution.Failure {
		return &execution.Failure{Name: execution.Panic, Value: fmt.Sprintf("In[%d]", r.Number)}
	}})
	// number is the failing cell's In[n], count the execution_count.
	steps := []struct {
		options []kerneltest.Option
		number  string
		count   int
	}{
		{nil, "In[1]", 1},
		{[]kerneltest.Option{kerneltest.NoHistory}, "In[2]", 1},
		{[]kerneltest.Option{kerneltest.Silent}, "", 1},
		{[]kerneltest.Option{kerneltest.Silent}, "", 1},
		{[]kerneltest.Option{kerneltest.NoHistory}, "In[3]", 1},
		{nil, "In[4]", 2},
	}
	seen := map[string]bool{}
	for i, step := range steps {
		reply := k.Execute("number", step.options...).Count(step.count).Reply()
		if step.number != "" && reply.EValue != step.number {
			t.Errorf("step %d ran as %s, want %s", i, reply.EValue, step.number)
		}
		if seen[reply.EValue] {
			t.Errorf("step %d: %s for the second time", i, reply.EValue)
		}
		seen[reply.EValue] = true
	}
}

// nbval sends store_history false; the numbers in errors must not depend on it.
func TestNumbersAreTheSameWithoutHistory(t *testing.T) {
	k := start(t, kerneltest.Script{"number": func(_ context.Context, r execution.Request, out execution.Output) *execution.Failure {
		out.Stream(execution.Stdout, fmt.Sprintf("%d", r.Number))
		return nil
	}})
	for i := range 3 {
		k.Execute("number", kerneltest.NoHistory).Stdout(fmt.Sprint(i + 1)).Count(0).OK()
	}
}

func TestASilentCellShowsNothing(t *testing.T) {
	k := start(t, kerneltest.Script{
		"show": func(_ context.Context, r execution.Request, out execution.Output) *execution.Failure {
			if !r.Silent {
				return &execution.Failure{Name: execution.Panic, Value: "the engine isn't told"}
			}
			out.Stream(execution.Stdout, "x")
			out.Display(execution.Display{Data: map[string]any{"text/plain": "1"}, Value: true})
			return nil
		},
		"fail": fail,
	})
	for _, code := range []string{"show", "fail"} {
		if got := k.Execute(code, kerneltest.Silent).Wait().On(protocol.IOPub).String(); got != "status/busy status/idle" {
			t.Errorf("%s: on iopub: %s", code, got)
		}
	}
	k.Execute("show", kerneltest.Silent).OK()
	if got := k.Execute("fail", kerneltest.Silent).Reply(); got.Status != protocol.StatusError || got.EValue != "it broke" {
		t.Errorf("the reply hides the failure: %+v", got)
	}
}

func TestABlankCellSucceedsWithoutOutput(t *testing.T) {
	k := start(t, nil)
	for i, code := range []string{"", " \n\t"} {
		k.Execute(code).OK().Silence().Count(i + 1)
	}
}

func TestUserExpressionsAreAnsweredOneByOne(t *testing.T) {
	k := start(t, kerneltest.Script{"6*7": func(_ context.Context, r execution.Request, out execution.Output) *execution.Failure {
		if !r.Expression {
			t.Error("the engine isn't told that it is an expression")
		}
		out.Stream(execution.Stdout, "thinking\n")
		out.Display(execution.Display{Data: map[string]any{"text/plain": "42"}, Value: true})
		return nil
	}, "fail": fail})
	asks := map[string]string{"a": "6*7", "b": "fail", "c": " "}
	k.Execute("print first").OK()
	for _, silent := range []bool{false, true} {
		all := k.Ask(protocol.Shell, protocol.ExecuteRequest{Code: "print x", Silent: silent, UserExpressions: asks, StoreHistory: true})
		got := kerneltest.Read[protocol.ExecuteReply](t, all.On(protocol.Shell)[0]).UserExpressions
		if len(got) != 3 || got["a"].Status != protocol.StatusOK || got["a"].Data["text/plain"] != "42" {
			t.Errorf("got %+v", got)
		}
		for name, value := range map[string]string{"b": "it broke", "c": "the expression is empty"} {
			if got[name].Status != protocol.StatusError || got[name].EName == "" || got[name].EValue != value {
				t.Errorf("%s: %+v, want an error %s", name, got[name], value)
			}
		}
		want := "status/busy execute_input stream stream status/idle"
		if silent {
			want = "status/busy status/idle"
		}
		if got := all.On(protocol.IOPub).String(); got != want {
			t.Errorf("silent %v: %s, want %s", silent, got, want)
		}
	}
	k.Execute("print last").Count(3)

	failed := k.Ask(protocol.Shell, protocol.ExecuteRequest{Code: "fail", UserExpressions: asks}).On(protocol.Shell)[0]
	if strings.Contains(string(failed.Content), "user_expressions") {
		t.Errorf("evaluated after a failure: %s", failed.Content)
	}
}

func TestPayloadsComeWithTheReply(t *testing.T) {
	ask := func(payloads ...execution.Payload) kerneltest.Cell {
		return func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
			for _, p := range payloads {
				out.Ask(p)
			}
			return nil
		}
	}
	next := func(text string) execution.Payload {
		return execution.Payload{Source: execution.NextCell, Text: text, Replace: true}
	}
	page := execution.Payload{Source: execution.Page, Data: map[string]any{"text/plain": "a long text"}}
	k := start(t, kerneltest.Script{"none": ask(), "both": ask(next("first"), page, next("last")), "many": ask(slices.Repeat([]execution.Payload{page}, 100)...)})
	const shown = `{"source":"page","data":{"text/plain":"a long text"},"start":0}`
	for code, want := range map[string]string{
		"none": `[]`,
		"both": `[` + shown + `,{"source":"set_next_input","text":"last","replace":true}]`,
		"many": `[` + strings.Repeat(shown+",", 15) + shown + `]`,
	} {
		cell := k.Execute(code).OK().Silence()
		if got := string(cell.Wait().On(protocol.Shell)[0].Content); !strings.HasSuffix(got, `"payload":`+want+`}`) {
			t.Errorf("%s: %s, want the payload %s", code, got, want)
		}
		if got := len(cell.Reply().Payload); got != strings.Count(want, "source") {
			t.Errorf("%s: %d payloads read back", code, got)
		}
	}
	quiet := k.Execute("both", kerneltest.Silent)
	if got := quiet.Reply().Payload; len(got) != 0 {
		t.Errorf("a silent cell asks for %+v", got)
	}
}

func TestAnInterruptCancelsTheRunningCell(t *testing.T) {
	for name, interrupt := range map[string]func(*kerneltest.Kernel){
		"message": func(k *kerneltest.Kernel) { k.Ask(protocol.Control, protocol.InterruptRequest{}) },
		"signal":  func(k *kerneltest.Kernel) { k.Session.Interrupt() },
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate()
			k := start(t, kerneltest.Script{"wait": g.cell})
			interrupt(k) // nothing runs: the next cell must not suffer
			k.Execute("print 1").OK()
			cell := k.Execute("wait")
			until(t, "the start of the cell", g.started)
			queued := k.Execute("print 2")
			awaitQueued(t, k) // control overtakes shell
			interrupt(k)
			cell.Fails(execution.Interrupted, "interrupted")
			queued.Aborted()
			k.Execute("print 3").Stdout("3\n").OK()
		})
	}
}

// awaitQueued waits until what was sent on shell has been received, while a cell
// runs there: the kernel reads a message from a peer only after those before it,
// and logs a bad one at once.
func awaitQueued(t *testing.T, k *kerneltest.Kernel) {
	t.Helper()
	k.Post(protocol.Shell, nil, kerneltest.Raw{Type: "", JSON: "{}"})
	k.AwaitLog("msg_type and msg_id must not be empty")
}

func TestOutputAfterTheEndIsCreditedToItsCell(t *testing.T) {
	release := make(chan struct{})
	k := start(t, kerneltest.Script{"go": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		go func() {
			<-release
			out.Stream(execution.Stdout, "late")
			if _, err := out.Input(context.Background(), "?", false); err != nil {
				out.Stream(execution.Stdout, err.Error())
			}
		}()
		return nil
	}})
	first := k.Execute("go").Silence().OK()
	g := k.Execute("print second").OK()
	close(release)
	first.Prints("late").Prints("has ended")
	g.Stdout("second\n")
	if strings.Contains(k.Entries().For(g.ID).String(), "late") {
		t.Error("the late output is credited to the second cell")
	}
}

func TestAnOutputThatIsNotJSONIsExplained(t *testing.T) {
	k := start(t, kerneltest.Script{"show": func(_ context.Context, _ execution.Request, out execution.Output) *execution.Failure {
		out.Display(execution.Display{Data: map[string]any{"application/json": make(chan int)}})
		return nil
	}})
	cell := k.Execute("show").OK()
	streams := cell.Wait().Of("stream")
	if len(streams) != 1 || !strings.Contains(string(streams[0].Content), "could not be shown") {
		t.Errorf("shown: %v", streams)
	}
}

func TestAPanicOfTheEngineFailsTheCellOnly(t *testing.T) {
	k := start(t, kerneltest.Script{"panic": func(context.Context, execution.Request, execution.Output) *execution.Failure {
		panic("a bug")
	}})
	k.Execute("panic").Fails("internal error", "a bug").Count(1)
	k.AwaitLog("execute_test.go") // the stack
	k.Execute("print on").Stdout("on\n").OK()
}
