package run

import (
	"fmt"
	"strings"
	"time"
)

// tally counts how the cells of a run ended.
type tally struct {
	total, ok, failed, skipped int
}

// line is the last line of a run: "12 cells, 12 ok, 0.4 s".
func (t tally) line(took time.Duration) string {
	parts := []string{plural(t.total, "cell"), fmt.Sprintf("%d ok", t.ok)}
	for _, part := range []struct {
		count int
		name  string
	}{
		{t.failed, "failed"},
		{t.skipped, "skipped"},
		{t.total - t.ok - t.failed - t.skipped, "not run"},
	} {
		if part.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.count, part.name))
		}
	}
	return strings.Join(append(parts, fmt.Sprintf("%.1f s", took.Seconds())), ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
