package run

import (
	"os"

	"github.com/mattn/go-colorable"
	"golang.org/x/term"
)

// look is how a file is written to.
type look struct {
	style    style
	animated bool // it can be drawn over, so that there is a bar
}

// leastWidth is the width, in columns, below which a bar says nothing.
const leastWidth = 30

// lookOf chooses for a file. Colours obey the NO_COLOR convention.
func lookOf(out *os.File) look {
	if !isTerminal(out) || os.Getenv("TERM") == "dumb" {
		return look{}
	}
	// Consoles of Windows take control sequences only when asked to.
	colorable.EnableColorsStdout(nil)
	width, _, err := term.GetSize(int(out.Fd()))
	return look{
		style:    style{colours: os.Getenv("NO_COLOR") == ""},
		animated: err == nil && width >= leastWidth,
	}
}

func isTerminal(f *os.File) bool { return f != nil && term.IsTerminal(int(f.Fd())) }
