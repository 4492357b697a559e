//go:build unix

package kerneltest_test

import (
	"syscall"
	"testing"

	"lockstep/kernel/kerneltest"
)

func TestSIGINTInterruptsTheCellOfTheRealKernel(t *testing.T) {
	k := kerneltest.Start(t)
	for range 2 { // the first must not use the handler up
		cell := k.Execute("import \"fmt\"\nfmt.Println(\"running\")\nfor {\n}").Prints("running")
		if err := syscall.Kill(k.Process.PID(), syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		cell.Fails("interrupted", "")
	}
	k.Execute("1 + 1").Value("2").OK()
}

func TestSIGTERMEndsTheRealKernel(t *testing.T) {
	k := kerneltest.Start(t)
	cell := k.Execute("import \"fmt\"\nfmt.Println(\"running\")\nfor {\n}").Prints("running")
	if err := syscall.Kill(k.Process.PID(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	cell.Fails("interrupted", "")
	<-k.Process.Exited()
}
