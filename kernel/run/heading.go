package run

import (
	"regexp"
	"strings"
)

var (
	headingLine = regexp.MustCompile(`^ {0,3}(#{1,6}[ \t].*?)[ \t]*$`)
	closingMark = regexp.MustCompile(`[ \t]+#+$`)
	fenceLine   = regexp.MustCompile("^ {0,3}(```+|~~~+)")
)

// lastHeading returns the last heading in a Markdown text with its mark, as
// "## Deadlock", or "" where there is none. A # in a fenced block is no heading.
func lastHeading(markdown string) string {
	heading, fence := "", ""
	for line := range strings.Lines(markdown) {
		line = strings.TrimRight(line, "\r\n")
		if mark := fenceLine.FindStringSubmatch(line); mark != nil {
			switch {
			case fence == "":
				fence = mark[1]
			case strings.HasPrefix(mark[1], fence):
				fence = ""
			}
			continue
		}
		if m := headingLine.FindStringSubmatch(line); m != nil && fence == "" {
			heading = closingMark.ReplaceAllString(m[1], "")
		}
	}
	return heading
}
