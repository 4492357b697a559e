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
