package validate

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Diff shows how the values differ, a line an entry: those that begin with - are
// the file's, those with + came instead.
func (d *Difference) Diff() []string {
	var lines []string
	n := max(len(d.Want), len(d.Got))
	for i := range n {
		var want, got string
		if i < len(d.Want) {
			want = readable(d.Field, d.Want[i])
		}
		if i < len(d.Got) {
			got = readable(d.Field, d.Got[i])
		}
		if want == got && i < len(d.Want) && i < len(d.Got) {
			continue
		}
		if n > 1 {
			lines = append(lines, fmt.Sprintf("@ %s %d of %d", d.Field, i+1, n))
		}
		text := udiff.Unified("want", "got", ended(want), ended(got))
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "+++ ") || strings.HasPrefix(line, "@@") {
				continue
			}
			lines = append(lines, visible(line))
		}
	}
	return lines
}

// ended ends a text with a line feed, since a diff is one of lines.
func ended(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

// readable puts a value into lines that can be compared: markup has a line an
// element, and what is binary is told by its size.
func readable(field, value string) string {
	switch {
	case field == "image/svg+xml" || field == "text/html":
		return strings.ReplaceAll(value, "><", ">\n<")
	case len(value) > 64 && strings.HasPrefix(field, "image/"):
		if data, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(value, "\n", "")); err == nil {
			return fmt.Sprintf("%d bytes", len(data))
		}
	}
	return value
}

// visible shows control characters, a carriage return above all, by their escapes.
func visible(line string) string {
	var out strings.Builder
	for _, r := range line {
		if r < ' ' && r != '\t' || r == 0x7f {
			fmt.Fprintf(&out, "\\x%02x", r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}
