package run

import "testing"

func TestLastHeading(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"no heading\n#tag":               "",
		"# 互斥锁\n\ntext\n":                "# 互斥锁",
		"# a\n## b ##\r\ntext":           "## b",
		"# a\n```sh\n# comment\n```\n":   "# a",
		"```\n# in\n```\n# out":          "# out",
		"~~~~\n~~~\n# in\n~~~~\n### out": "### out",
		"####### seven":                  "",
	} {
		if got := lastHeading(text); got != want {
			t.Errorf("%q has the heading %q, want %q", text, got, want)
		}
	}
}
