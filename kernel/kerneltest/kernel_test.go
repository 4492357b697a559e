package kerneltest_test

import (
	"os"
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestMain(m *testing.M) { os.Exit(kerneltest.Main(m)) }

func TestTheRealKernel(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("package_ := 6\nimport \"fmt\"\nfmt.Println(\"hi\")\npackage_ * 7").Stdout("hi\n").Value("42").OK().Count(1)
	k.Execute("undefined_").Fails("compile error", "undefined_").Count(2)
	if got, err := k.IsComplete(t.Context(), "for {"); err != nil || got.Status != "incomplete" {
		t.Errorf("is_complete: %+v, %v", got, err)
	}
}

func TestTheRealKernelHelpsWhoeverWritesACell(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("// answer is known.\nanswer := 42").OK()
	const code = "世 := ans"
	completed := kerneltest.Read[protocol.CompleteReply](t,
		k.Ask(protocol.Shell, protocol.CompleteRequest{Code: code, CursorPos: 8}).On(protocol.Shell)[0])
	if len(completed.Matches) != 1 || completed.Matches[0] != "answer" || completed.CursorStart != 5 || completed.CursorEnd != 8 {
		t.Errorf("complete: %+v", completed)
	}
	inspected := kerneltest.Read[protocol.InspectReply](t,
		k.Ask(protocol.Shell, protocol.InspectRequest{Code: "answer + 1", CursorPos: 2}).On(protocol.Shell)[0])
	if want := "var answer int\n\nanswer is known.\n"; !inspected.Found || inspected.Data["text/plain"] != want {
		t.Errorf("inspect: %+v, want %q", inspected, want)
	}
}

func TestTheRealKernelIsInterruptedAndLivesOn(t *testing.T) {
	k := kerneltest.Start(t)
	cell := k.Execute("import \"fmt\"\nfmt.Println(\"running\")\nfor {\n}").Prints("running")
	k.Ask(protocol.Control, protocol.InterruptRequest{})
	cell.Fails("interrupted", "")
	k.Execute("1 + 1").Value("2").OK()
}

func TestNoIdleOfTheRealKernelIsLost(t *testing.T) {
	for range 50 {
		k := kerneltest.Start(t)
		all := k.Ask(protocol.Control, protocol.ShutdownRequest{})
		if got := all.On(protocol.IOPub).String(); got != "status/busy shutdown_reply status/idle" {
			t.Errorf("on iopub: %s", got)
		}
		k.Stop()
	}
}
