package engine_test

import (
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestWhatAGoroutineHasPrintedIsShownBeforeTheKernelEnds(t *testing.T) {
	k := kerneltest.Start(t)
	first := k.Execute("import \"fmt\"\nrelease, done := make(chan bool), make(chan bool)\ngo func() {\n\t<-release\n\tfor i := range 1000 {\n\t\tfmt.Println(i)\n\t}\n\tfmt.Println(\"last words\")\n\tclose(done)\n}()").OK()
	k.Execute("close(release)\n<-done").OK()
	shutdown := k.Ask(protocol.Control, protocol.ShutdownRequest{})[0].Parent().MsgID
	first.Prints("0\n1\n2\n").Prints("999\nlast words\n")

	published := k.Entries().On(protocol.IOPub)
	ended := false
	for _, m := range published {
		if ended && m.Parent().MsgID != shutdown {
			t.Errorf("%s of %s after the kernel said that it ends", m, m.Parent().MsgType)
		}
		ended = ended || m.Header.MsgType == "shutdown_reply"
	}
	if !ended {
		t.Errorf("the kernel didn't say that it ends: %s", published)
	}
}
