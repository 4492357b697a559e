package cell_test

import (
	"strings"
	"testing"

	"lockstep/kernel/cell"
)

func TestAnExcerptOfALongLineIsWhatIsAroundThePlace(t *testing.T) {
	const line = "世界 here 世界"
	place := 1 + strings.Index(line, "here")
	for _, c := range []struct {
		before, after string
		cutBefore     bool
		cutAfter      bool
	}{
		{"", "", false, false},
		{"", strings.Repeat("界", 1000), false, true},
		{strings.Repeat("界", 1000), "", true, false},
		{strings.Repeat("é", 1000), strings.Repeat("x", 1000), true, true},
	} {
		source, caret := cell.Excerpt("first\n"+c.before+line+c.after, 2, len(c.before)+place)
		if len(source) > 250 || strings.HasPrefix(source, "…") != c.cutBefore || strings.HasSuffix(source, "…") != c.cutAfter || !strings.Contains(source, line) {
			t.Errorf("excerpt %q", source)
		}
		// The caret is below the h: both have as many columns before that.
		columns := 0
		for _, r := range source[:strings.Index(source, "here")] {
			if columns++; r == '世' || r == '界' {
				columns++
			}
		}
		if caret != strings.Repeat(" ", columns)+"^" {
			t.Errorf("%q\n%q", source, caret)
		}
	}
}
