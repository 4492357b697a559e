package run

import (
	"strings"
	"testing"

	"lockstep/kernel/protocol"
	"lockstep/kernel/terminal"
)

func printed(s terminal.Style, contents ...protocol.Content) string {
	var b strings.Builder
	p := printer{screen: paper{&b}, style: s}
	for _, c := range contents {
		p.add(c)
	}
	p.end()
	return b.String()
}

func display(mime string, value any) protocol.DisplayData {
	return protocol.DisplayData{Data: map[string]any{mime: value}}
}

func TestOutputsAsText(t *testing.T) {
	wait := protocol.ClearOutput{Wait: true}
	update := func(text string) protocol.UpdateDisplayData {
		return protocol.UpdateDisplayData{Data: map[string]any{"text/plain": text}, Transient: protocol.Transient{DisplayID: "d"}}
	}
	for _, test := range []struct {
		name     string
		contents []protocol.Content
		want     string
	}{
		{"lines in pieces", []protocol.Content{stream("stdout", "a"), stream("stdout", "b\nc"), stream("stdout", "\n\n")}, "ab\nc\n\n"},
		{"no line feed at the end", []protocol.Content{stream("stdout", "a")}, "a\n"},
		{"two streams", []protocol.Content{stream("stdout", "out"), stream("stderr", "err\n")}, "out\nerr\n"},
		{"carriage returns", []protocol.Content{stream("stdout", "1%"), stream("stdout", "\r20%"), stream("stdout", "\rok \n")}, "ok \n"},
		{"colours", []protocol.Content{stream("stdout", "\x1b[31mred\x1b[0m\n"), display("text/plain", "\x1b[1mbold\x1b[0m")}, "red\nbold\n"},
		{"value", []protocol.Content{protocol.ExecuteResult{ExecutionCount: 3, Data: map[string]any{"text/plain": "42"}}}, "Out[3]: 42\n"},
		{"value of lines", []protocol.Content{protocol.ExecuteResult{ExecutionCount: 3, Data: map[string]any{"text/plain": "a\nb\n"}}}, "Out[3]:\na\nb\n"},
		{"display", []protocol.Content{stream("stdout", "x"), display("text/plain", "表\n格")}, "x\n表\n格\n"},
		{"Markdown", []protocol.Content{display("text/markdown", "**x**")}, "**x**\n"},
		{"picture", []protocol.Content{display("image/png", strings.Repeat("AAAA", 4000))}, "[image/png, 12 kB]\n"},
		{"small picture", []protocol.Content{display("image/png", "AAAAAA==\n")}, "[image/png, 4 B]\n"},
		{"page", []protocol.Content{display("text/html", strings.Repeat("x", 1_234_567))}, "[text/html, 1.2 MB]\n"},
		{"JSON", []protocol.Content{display("application/json", map[string]any{"a": 1})}, "[application/json, 7 B]\n"},
		{"error", []protocol.Content{protocol.Error{EName: "panic", EValue: "boom", Traceback: []string{"\x1b[31mpanic\x1b[0m: boom", "at line 2"}}}, "panic: boom\nat line 2\n"},
		{"error without report", []protocol.Content{protocol.Error{EName: "panic", EValue: "boom"}}, "panic: boom\n"},
		{"frames", []protocol.Content{stream("stdout", "title\n"), wait, stream("stdout", "1\n"), wait, stream("stdout", "2\n"), wait, stream("stdout", "3")}, "title\n3\n"},
		{"last frame kept", []protocol.Content{wait, stream("stdout", "1\n"), wait}, "1\n"},
		{"updates", []protocol.Content{update("1%"), update("2%"), stream("stdout", "x\n")}, "x\n2%\n"},
	} {
		if got := printed(terminal.Style{}, test.contents...); got != test.want {
			t.Errorf("%s: printed %q, want %q", test.name, got, test.want)
		}
	}
}

func TestOnlyColourTellsTheErrorStream(t *testing.T) {
	got := printed(terminal.Style{Colours: true}, stream("stdout", "a\n"), stream("stderr", "b\n"))
	if !strings.HasPrefix(got, "a\n\x1b[") || terminal.Plain(got) != "a\nb\n" {
		t.Errorf("printed %q", got)
	}
}
