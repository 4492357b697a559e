package sim_test

import (
	"strings"
	"testing"

	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
	"lockstep/runtime/trace"
)

func TestRemarksAreInTheTable(t *testing.T) {
	report := sim.Run(1, func() {
		thread.Go(func() { trace.Note("half way") }, thread.Name("P1")).Join()
	})
	if text := report.Table().String(); !strings.Contains(text, "half way") {
		t.Errorf("the remark is missing in\n%s", text)
	}
}
