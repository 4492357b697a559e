package terminal

import (
	"os"

	"github.com/mattn/go-colorable"
	"golang.org/x/term"
)

// Look is how a file is written to.
type Look struct {
	Style
	Animated bool // it can be drawn over, so that there is a bar
}

// leastWidth is the width, in columns, below which a bar says nothing.
const leastWidth = 30

// LookOf chooses for a file. Only a terminal that can more than print gets colours
// and bars; colours obey the NO_COLOR convention.
func LookOf(out *os.File) Look {
	if !Is(out) || os.Getenv("TERM") == "dumb" {
		return Look{}
	}
	// Consoles of Windows take control sequences only when asked to.
	colorable.EnableColorsStdout(nil)
	width, _, err := term.GetSize(int(out.Fd()))
	return Look{
		Style:    Style{Colours: os.Getenv("NO_COLOR") == ""},
		Animated: err == nil && width >= leastWidth,
	}
}

// Is says that a file, which may be nil, is a terminal.
func Is(f *os.File) bool { return f != nil && term.IsTerminal(int(f.Fd())) }
