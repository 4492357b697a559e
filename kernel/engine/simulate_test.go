package engine_test

import (
	"strings"
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

// What ordinary Go does in a simulation, cell by cell.
func TestSimulationsRunOrdinaryGo(t *testing.T) {
	for _, test := range kerneltest.Simulations {
		t.Run(test.Name, func(t *testing.T) {
			t.Parallel()
			k := kerneltest.Start(t)
			got := ""
			for _, text := range test.Cells {
				cell := k.Execute(strings.TrimPrefix(text, "\n"), kerneltest.GoOn)
				for _, entry := range cell.Wait().On(protocol.IOPub).Of("stream", "error") {
					if entry.Header.MsgType == "stream" {
						got += kerneltest.Read[protocol.Stream](t, entry).Text
						continue
					}
					failure := kerneltest.Read[protocol.Error](t, entry)
					got += failure.EName + ": " + failure.EValue + "\n"
				}
			}
			if got != test.Want {
				t.Errorf("printed\n%swant\n%s", got, test.Want)
			}
		})
	}
}
