package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestCellsAskThePersonInFrontOfTheScreen(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import (\"fmt\"; \"lockstep/runtime/prompt\")").OK()
	cell := k.Execute("name, err := prompt.Line(\"Name? \")\nsecret, err := prompt.Password(\"Password: \")\nfmt.Println(name, len(secret), err)")
	cell.AsksFor("Name? ").AnswerInput("阿福").AsksFor("Password: ").AnswerInput("hidden").Stdout("阿福 6 <nil>\n").OK()
	questions := cell.Wait().On(protocol.Stdin)
	for i, want := range []bool{false, true} {
		if got := kerneltest.Read[protocol.InputRequest](t, questions[i]).Password; got != want {
			t.Errorf("question %d hides what is typed: %v, want %v", i, got, want)
		}
	}
	k.Execute("_, err = prompt.Line(\"?\")\nerr != nil", kerneltest.NoStdin).Value("true")
}

func TestUserExpressions(t *testing.T) {
	k := kerneltest.Start(t)
	all := k.Ask(protocol.Shell, protocol.ExecuteRequest{Code: "x := 20\ntype point struct{ X, Y int }", UserExpressions: map[string]string{
		"sum":       "x*2 + 2",
		"struct":    "point{1, 2}",
		"undefined": "nobody",
		"statement": "x = 5",
		"panic":     "[]int{}[x]",
		"two lines": "x\nx",
	}})
	got := kerneltest.Read[protocol.ExecuteReply](t, all.On(protocol.Shell)[0]).UserExpressions
	for name, want := range map[string]string{"sum": "42", "struct": "point{X: 1, Y: 2}"} {
		if r := got[name]; r.Status != protocol.StatusOK || r.Data["text/plain"] != want {
			t.Errorf("%s: %+v, want %s", name, r, want)
		}
	}
	for name, want := range map[string][2]string{
		"undefined": {execution.CompileError, "undefined: nobody"},
		"statement": {execution.CompileError, "not an expression"},
		"two lines": {execution.CompileError, "not an expression"},
		"panic":     {execution.Panic, "index out of range"},
	} {
		if r := got[name]; r.Status != protocol.StatusError || r.EName != want[0] || !strings.Contains(r.EValue, want[1]) {
			t.Errorf("%s: %+v, want %q", name, r, want)
		}
	}
	k.Execute("x").Value("20")
}

func TestPagerAndNextCell(t *testing.T) {
	k := kerneltest.Start(t)
	cell := k.Execute("import \"lockstep/runtime/display\"\ndisplay.Page(display.Markdown(\"# help\"))\ndisplay.NextCell(\"1 + 1\", false)").OK().Silence()
	got := cell.Reply().Payload
	if len(got) != 2 || got[0].Source != protocol.PagePayload || got[0].Data["text/markdown"] != "# help" ||
		got[1].Source != protocol.SetNextInputPayload || got[1].Text != "1 + 1" || got[1].Replace {
		t.Errorf("got %+v", got)
	}
}

func TestDisplaysAreUpdatedAndCleared(t *testing.T) {
	k := kerneltest.Start(t)
	first := k.Execute("import \"lockstep/runtime/display\"\nh := display.Show(display.Markdown(\"one\"))").OK()
	shown := first.Wait().Of("display_data")
	second := k.Execute("h.Update(display.Markdown(\"two\"))\ndisplay.Clear(true)\ndisplay.Clear(false)").OK()
	updates, clears := second.Wait().Of("update_display_data"), second.Wait().Of("clear_output")
	if len(shown) != 1 || len(updates) != 1 || len(clears) != 2 {
		t.Fatalf("shown %v, updated %v, cleared %v", shown, updates, clears)
	}
	was, is := kerneltest.Read[protocol.DisplayData](t, shown[0]), kerneltest.Read[protocol.UpdateDisplayData](t, updates[0])
	if was.Transient.DisplayID == "" || was.Transient != is.Transient || is.Data["text/markdown"] != "two" {
		t.Errorf("shown %+v, updated %+v", was, is)
	}
	if got := string(clears[0].Content) + string(clears[1].Content); got != `{"wait":true}{"wait":false}` {
		t.Errorf("cleared %s", got)
	}
}

func TestTheTwoStreamsAreShownInTheOrderOfPrinting(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import (\"fmt\"; \"log\"; \"os\")\nlog.SetFlags(0)").OK()
	cell := k.Execute(`for i := range 20 {
	fmt.Print("a", i, " ")
	println("b", i)
	fmt.Fprint(os.Stdout, "c", i, " ")
	os.Stderr.WriteString(fmt.Sprint("d", i, " "))
	os.Stdout.WriteString(fmt.Sprint("e", i, " "))
	log.Print("f", i)
}`).OK()
	got, want := "", ""
	for _, m := range cell.Wait().Of("stream") {
		got += kerneltest.Read[protocol.Stream](t, m).Text
	}
	for i := range 20 {
		want += fmt.Sprintf("a%d b %d\nc%d d%d e%d f%d\n", i, i, i, i, i, i)
	}
	if got != want {
		t.Errorf("shown in the order\n%s\nwant\n%s", got, want)
	}
}

func TestWhatCanNotBeShownFailsTheCellOnly(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import (\"math\"; \"lockstep/runtime/display\")\nx := 7").OK()
	for data, want := range map[string]string{
		`func() any { var v any; for range 5_000 { v = []any{v} }; return v }()`: "nested more than 500 levels deep",
		`math.NaN()`: "unsupported value: NaN",
	} {
		k.Execute("display.Show(display.Data{\"application/json\": "+data+"})").Fails(execution.Panic, want)
	}
	k.Execute("x").Value("7").OK()
}
