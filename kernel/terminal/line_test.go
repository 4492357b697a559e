package terminal

import "testing"

func TestSettledText(t *testing.T) {
	for text, want := range map[string]string{
		"a\nb\n":                    "a\nb\n",
		"10%\r20%\rdone\n":          "done\n",
		"100%\r99%\n":               "99%%\n",
		"a\r\nb\r\r\n":              "a\nb\n",
		"a\nb\r":                    "a\nb",
		"线程\r进":                     "进程",
		"abc\b\bX\n":                "aXc\n",
		"\b\ba":                     "a",
		"\x1b[31mred\x1b[0m\rblue":  "blu\x1b[0me",
		"long line\r\x1b[Kx":        "x",
		"long line\r\x1b[2Kx":       "x",
		"\x1b[31mred\x1b[0m, black": "\x1b[31mred\x1b[0m, black",
		"\xff\r":                    "\xff",
	} {
		if got := Settle(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestALineGrowsPieceByPiece(t *testing.T) {
	var l Line
	for _, step := range []struct{ text, want string }{
		{"50", "50"}, {"%", "50%"}, {"\r", "50%"}, {"6", "60%"}, {"1", "61%"}, {"%!", "61%!"},
	} {
		l.Write(step.text)
		if got := l.String(); got != step.want {
			t.Errorf("after %q the line is %q, want %q", step.text, got, step.want)
		}
	}
}

func TestPlainTextHasNoControlSequences(t *testing.T) {
	text := "\x1b[1;31merror\x1b[0m \x1b]8;;http://a/\x07link\x1b]8;;\x1b\\ \x1b[2Jend"
	if got := Plain(text); got != "error link end" {
		t.Errorf("got %q", got)
	}
}
