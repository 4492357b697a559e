package run

import (
	"fmt"
	"time"

	"github.com/fatih/color"
)

// style paints text, or leaves it as it is where there are no colours.
type style struct {
	colours bool
}

func (s style) paint(text string, attributes ...color.Attribute) string {
	if !s.colours || text == "" {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(text)
}

func (s style) heading(text string) string { return s.paint(text, color.Bold) }
func (s style) label(text string) string   { return s.paint(text, color.FgCyan) }
func (s style) dim(text string) string     { return s.paint(text, color.Faint) }
func (s style) stderr(text string) string  { return s.paint(text, color.FgYellow) }
func (s style) failed(text string) string  { return s.paint(text, color.FgRed) }

// own keeps the colours that a cell has given its text, or takes them off.
func (s style) own(text string) string {
	if s.colours {
		return text
	}
	return plain(text)
}

// seconds words how long something took.
func seconds(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.2fs", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	default:
		return d.Round(time.Second).String()
	}
}
