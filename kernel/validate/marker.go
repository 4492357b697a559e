package validate

import (
	"strings"

	"lockstep/kernel/notebook"
)

// marking is what a cell's tags and comments ask for.
type marking struct {
	check  bool // compare what it shows
	raises bool // it may fail
	skip   bool // it is not run
}

// markers are the words of nbval's comments; as tags they are in lower case and
// with hyphens.
var markers = map[string]func(*marking){
	"PYTEST_VALIDATE_IGNORE_OUTPUT": func(m *marking) { m.check = false },
	"NBVAL_IGNORE_OUTPUT":           func(m *marking) { m.check = false },
	"NBVAL_CHECK_OUTPUT":            func(m *marking) { m.check = true },
	"NBVAL_RAISES_EXCEPTION":        func(m *marking) { m.raises = true },
	"NBVAL_SKIP":                    func(m *marking) { m.skip = true },
}

// markingOf reads a cell's marks; a later one overrides an earlier one, and
// comments override tags. lax says that a cell without a mark is not compared.
func markingOf(cell *notebook.Cell, lax bool) marking {
	m := marking{check: !lax}
	for _, tag := range cell.Tags() {
		if tag == "raises-exception" {
			m.raises = true
		}
		for word, mark := range markers {
			if tag == strings.ReplaceAll(strings.ToLower(word), "_", "-") {
				mark(&m)
			}
		}
	}
	// nbval looks for Python's comments, whatever the language.
	for line := range strings.Lines(cell.Source) {
		line = strings.TrimSpace(line)
		if comment := strings.TrimLeft(line, "#"); comment != line {
			if mark := markers[strings.TrimSpace(comment)]; mark != nil {
				mark(&m)
			}
		}
	}
	return m
}
