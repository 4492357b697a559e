package comm_test

import (
	"testing"

	"lockstep/runtime/comm"
)

func TestAPlainProgramTalksToNobody(t *testing.T) {
	comm.Register("target", func(comm.Comm, map[string]any) { t.Error("somebody opened a comm") })
	c := comm.Open("target", map[string]any{"a": 1})
	c.OnMessage(func(map[string]any) { t.Error("a message came") })
	c.OnClose(func(map[string]any) { t.Error("somebody closed it") })
	if c.ID() == "" || c.ID() == comm.Open("target", nil).ID() {
		t.Errorf("the id %q isn't unique", c.ID())
	}
	c.Send(map[string]any{"b": 2})
	c.Close(nil)
	c.Close(nil)
	defer func() {
		if recover() == nil {
			t.Error("a message was sent after the end")
		}
	}()
	c.Send(nil)
}
