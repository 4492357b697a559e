package messagespec_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"lockstep/kernel/jupytertest"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestMain(m *testing.M) { os.Exit(kerneltest.Main(m)) }

// converse has a long session with a kernel, in which everything happens that can.
func converse(t *testing.T, k *kerneltest.Kernel) {
	t.Helper()
	for _, channel := range []protocol.Channel{protocol.Shell, protocol.Control} {
		for _, request := range []protocol.Content{
			protocol.KernelInfoRequest{}, protocol.ConnectRequest{}, protocol.CommInfoRequest{}, protocol.InterruptRequest{},
			protocol.IsCompleteRequest{Code: "1"}, protocol.IsCompleteRequest{Code: "func f() {"}, protocol.IsCompleteRequest{Code: ")"},
			protocol.CompleteRequest{Code: "strings.ToU", CursorPos: 11}, protocol.CompleteRequest{Code: "世界.", CursorPos: 99},
			protocol.InspectRequest{Code: "strings.ToUpper", CursorPos: 15}, protocol.InspectRequest{Code: "nothing", CursorPos: 3, DetailLevel: 1},
			protocol.CommOpen{CommID: "c", TargetName: "nobody", Data: map[string]any{}},
			protocol.CommMsg{CommID: "c", Data: map[string]any{}}, protocol.CommClose{CommID: "c", Data: map[string]any{}},
			kerneltest.Raw{Type: "complete_request", JSON: `{"code":1}`}, kerneltest.Raw{Type: "inspect_request", JSON: `{"code":null,"cursor_pos":"x"}`},
		} {
			k.Ask(channel, request)
		}
	}
	for range 10 {
		k.Execute("import (\"fmt\"; \"os\"; \"lockstep/runtime/display\"; \"lockstep/runtime/prompt\"; \"lockstep/runtime/comm\")\nfmt.Println(\"out\")\nfmt.Fprintln(os.Stderr, \"世界\")").OK()
		k.Execute("type point struct{ X, Y int }\nfunc (p point) HTML() string { return \"<b>p</b>\" }\npoint{1, 2}").OK()
		k.Execute("h := display.Show(display.Data{\"application/json\": map[string]any{\"a\": []int{1}}, \"text/plain\": \"json\"})\nh.Update(display.Markdown(\"*new*\"))\ndisplay.Clear(true)\ndisplay.Show(display.PNG(\"png\"))").OK()
		k.Execute("display.Page(\"long\")\ndisplay.NextCell(\"1\", true)").OK()
		k.Execute("name, _ := prompt.Line(\"who? \")\nsecret, _ := prompt.Password(\"secret? \")\nname + secret").AnswerInput("a").AnswerInput("b").Value(`"ab"`)
		k.Execute("c := comm.Open(\"target\", map[string]any{\"n\": 1})\nc.Send(nil)\nc.Close(nil)").OK()
		k.Execute("undefined").Fails("compile error", "undefined")
		k.Execute("var none []int\nnone[len(os.Args)+5]").Fails("panic", "index out of range")
		k.Execute("fmt.Println(1)", kerneltest.Silent).OK()
		k.Execute("fmt.Println(1)", kerneltest.NoHistory).OK()
		k.Execute("fmt.Scanln(&name)", kerneltest.NoStdin)
		k.Execute("").OK()
		k.Ask(protocol.Shell, protocol.ExecuteRequest{Code: "y := 7", UserExpressions: map[string]string{"six": "6", "bad": "}", "p": "point{}"}})
	}
	for _, access := range []string{"tail", "range", "search", "nonsense"} {
		for _, output := range []bool{false, true} {
			k.Ask(protocol.Shell, protocol.HistoryRequest{AccessType: access, Output: output, N: 10, Start: 1, Pattern: "*"})
		}
	}
	failing, aborted := k.Execute("fmt.Scanln(&name)\npanic(1)"), k.Execute("2")
	failing.AsksFor("")
	k.Ask(protocol.Control, protocol.KernelInfoRequest{}) // by now the second is queued
	failing.AnswerInput("go on").Fails("panic", "1")
	aborted.Wait()

	sub := k.Subshell()
	sub.Execute("point{3, 4}.X + 1").Value("4")
	k.Ask(protocol.Control, protocol.ListSubshellRequest{})
	k.Ask(protocol.Control, protocol.DeleteSubshellRequest{SubshellID: sub.SubshellID()})
	k.Ask(protocol.Control, protocol.DeleteSubshellRequest{SubshellID: sub.SubshellID()})

	k.Execute("os.Exit(3)").Fails("worker died", "os.Exit(3)")
	endless := k.Execute("fmt.Println(\"running\")\nfor {\n}").Prints("running")
	k.Ask(protocol.Control, protocol.InterruptRequest{})
	endless.Fails("interrupted", "")
	late := k.Execute("go func() {\n\tfmt.Println(\"late\")\n\tselect {}\n}()").OK()
	late.Prints("late")
	k.Ask(protocol.Control, protocol.ShutdownRequest{Restart: true})
}

func TestEveryMessageIsAsTheProtocolHasIt(t *testing.T) {
	k := kerneltest.Start(t)
	converse(t, k)
	k.Stop()
	all := k.Entries()
	envelopes(t, all)

	var lines bytes.Buffer
	for _, m := range all {
		metadata := m.Metadata
		if metadata == nil {
			metadata = map[string]any{}
		}
		line, err := json.Marshal(map[string]any{
			"channel": m.Channel, "header": m.RawHeader, "parent_header": m.ParentHeader, "metadata": metadata, "content": m.Content,
		})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	validate := exec.CommandContext(t.Context(), jupytertest.Python(t), "testdata/validate.py")
	validate.Stdin = &lines
	out, err := validate.CombinedOutput()
	if err != nil || strings.Contains(string(out), "WRONG") {
		t.Errorf("%v\n%s", err, out)
	}
	// Each kind must have come up, or nothing is said of it.
	var schemas struct {
		Messages map[string]map[string]any
	}
	text, err := os.ReadFile("testdata/schemas.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &schemas); err != nil {
		t.Fatal(err)
	}
	for channel, kinds := range schemas.Messages {
		for kind := range kinds {
			if !strings.Contains("\n"+string(out), fmt.Sprintf("\n%s %s ", channel, kind)) && !absent[channel+" "+kind] {
				t.Errorf("no %s came on %s", kind, channel)
			}
		}
	}
	t.Logf("%d messages", len(all))
}

// absent are messages that need not come up in a session.
var absent = map[string]bool{"shell shutdown_reply": true}

// envelopes checks what lies between messages: that ids are unique and of one
// session, and that what a request brings lies between its busy and its idle, each
// of which comes once, but for what goroutines show later.
func envelopes(t *testing.T, all kerneltest.Entries) {
	t.Helper()
	ids, sessions := map[string]bool{}, map[string]bool{}
	states := map[string]string{}
	for _, m := range all {
		if ids[m.Header.MsgID] {
			t.Errorf("the id of %s was there before", m)
		}
		ids[m.Header.MsgID], sessions[m.Header.Session] = true, true
		if m.Channel != protocol.IOPub {
			continue
		}
		if topic := string(m.Identities[0]); m.Header.MsgType != "iopub_welcome" && !strings.HasSuffix(topic, "."+m.Header.MsgType) {
			t.Errorf("%s has the topic %q", m, topic)
		}
		parent := m.Parent().MsgID
		switch m.String() {
		case "iopub_welcome", "status/starting":
			if parent != "" {
				t.Errorf("%s has a parent", m)
			}
		case "status/busy":
			if states[parent] != "" {
				t.Errorf("a second busy for a %s", m.Parent().MsgType)
			}
			states[parent] = "busy"
		case "status/idle":
			if states[parent] != "busy" {
				t.Errorf("idle without busy for a %s", m.Parent().MsgType)
			}
			states[parent] = "idle"
		case "stream":
			if states[parent] == "" {
				t.Errorf("stream before the busy of its %s", m.Parent().MsgType)
			}
		default:
			if states[parent] != "busy" {
				t.Errorf("%s outside of the envelope of its %s", m, m.Parent().MsgType)
			}
		}
	}
	for id, state := range states {
		if state != "idle" {
			t.Errorf("no idle for %s", id)
		}
	}
	if len(sessions) != 1 {
		t.Errorf("the kernel has %d sessions, want 1", len(sessions))
	}
	// Every reply carries its request's id, and there is one for each.
	replies := map[string]int{}
	for _, m := range all {
		if m.Channel == protocol.Shell || m.Channel == protocol.Control {
			replies[m.Parent().MsgID]++
		}
	}
	for id, n := range replies {
		if n != 1 {
			t.Errorf("%d replies to %s", n, id)
		}
	}
}
