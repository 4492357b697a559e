package terminal

import (
	"fmt"
	"time"

	"github.com/fatih/color"
)

// Style paints text, or leaves it as it is where there are no colours.
type Style struct {
	Colours bool
}

// Paint gives text attributes.
func (s Style) Paint(text string, attributes ...color.Attribute) string {
	if !s.Colours || text == "" {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(text)
}

// Heading is text that what follows belongs to.
func (s Style) Heading(text string) string { return s.Paint(text, color.Bold) }

// Label is text that says what other text is.
func (s Style) Label(text string) string { return s.Paint(text, color.FgCyan) }

// Dim is text that matters less.
func (s Style) Dim(text string) string { return s.Paint(text, color.Faint) }

// Stderr is text from a program's standard error.
func (s Style) Stderr(text string) string { return s.Paint(text, color.FgYellow) }

// Failed is text on what went wrong.
func (s Style) Failed(text string) string { return s.Paint(text, color.FgRed) }

// Own keeps the colours that a cell has given its text, or takes them off.
func (s Style) Own(text string) string {
	if s.Colours {
		return text
	}
	return Plain(text)
}

// Seconds words how long something took.
func Seconds(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.2fs", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	default:
		return d.Round(time.Second).String()
	}
}
