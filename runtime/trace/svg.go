package trace

import (
	"fmt"
	"html"
	"strings"
)

// canvas writes an SVG picture. All numbers are integers, nothing has an id, and
// no text is measured: the same picture is the same bytes everywhere.
type canvas struct {
	b             strings.Builder
	width, height int
}

// attr is an SVG attribute and its value.
type attr struct{ name, value string }

func (c *canvas) element(name, title string, attrs ...attr) {
	c.b.WriteString("<" + name)
	for _, a := range attrs {
		fmt.Fprintf(&c.b, ` %s="%s"`, a.name, html.EscapeString(a.value))
	}
	if title == "" {
		c.b.WriteString("/>\n")
		return
	}
	fmt.Fprintf(&c.b, "><title>%s</title></%s>\n", html.EscapeString(title), name)
}

func num(name string, n int) attr { return attr{name, fmt.Sprint(n)} }

// rect draws a rectangle of the CSS classes in class; title is what a pointer or a
// screen reader is told about it.
func (c *canvas) rect(class, title string, x, y, w, h int) {
	c.element("rect", title, attr{"class", class}, num("x", x), num("y", y), num("width", w), num("height", h))
}

func (c *canvas) line(class, title string, x1, y1, x2, y2 int) {
	c.element("line", title, attr{"class", class}, num("x1", x1), num("y1", y1), num("x2", x2), num("y2", y2))
}

func (c *canvas) path(class, title, d string) {
	c.element("path", title, attr{"class", class}, attr{"d", d})
}

// text writes s at (x, y), its base line; class may say how it is aligned.
func (c *canvas) text(class string, x, y int, s string) {
	fmt.Fprintf(&c.b, `<text class="%s" x="%d" y="%d">%s</text>`+"\n", class, x, y, html.EscapeString(s))
}

// document returns the picture with a title and a description for screen readers.
func (c *canvas) document(title, description string) string {
	// A little smaller is still readable; what doesn't fit then is scrolled.
	least := c.width
	if c.width <= pictureWidth {
		least = c.width * 4 / 5
	}
	return fmt.Sprintf(`<svg class="lockstep-picture" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 %d %d" width="%d" height="%d" style="min-width:%dpx">`+"\n"+
		"<title>%s</title>\n<desc>%s</desc>\n<style>%s</style>\n%s</svg>",
		c.width, c.height, c.width, c.height, least, html.EscapeString(title), html.EscapeString(description), style, c.b.String())
}

// style is the same in all pictures, since the styles of one apply to all that are
// on a page. Lines and letters have the colour of the page's text. The other
// colours are of a middle lightness, so that they can be told from white and from
// black; each state has a shape of its own, too. A picture that is a file of its
// own follows the reader's preference.
const style = `
.lockstep-picture{color:var(--jp-content-font-color1,var(--vscode-editor-foreground,currentColor));font:12px var(--jp-ui-font-family,system-ui),sans-serif;max-width:100%;height:auto}
.lockstep-picture text{fill:currentColor}
.lockstep-picture .small{font-size:10px}
.lockstep-picture .faint{fill-opacity:.7}
.lockstep-picture .strong{font-weight:600}
.lockstep-picture .middle{text-anchor:middle}
.lockstep-picture .end{text-anchor:end}
.lockstep-picture .on{fill:#fff}
.lockstep-picture .grid{stroke:currentColor;stroke-opacity:.14}
.lockstep-picture .axis{stroke:currentColor;stroke-opacity:.45}
.lockstep-picture .band{fill:currentColor;fill-opacity:.05}
.lockstep-picture .running{fill:#2d74c4}
.lockstep-picture .ready{fill:#2d74c4;fill-opacity:.12;stroke:#4a8bd4}
.lockstep-picture .blocked{fill:#d04a35;fill-opacity:.1;stroke:#d65642}
.lockstep-picture .hatch{stroke:#d65642;stroke-opacity:.75;fill:none}
.lockstep-picture .sleeping{stroke:#8a8f98;stroke-width:2;stroke-dasharray:2 4}
.lockstep-picture .device{fill:#8a8f98;fill-opacity:.18;stroke:#8a8f98;stroke-dasharray:3 2}
.lockstep-picture .hold{fill-opacity:.22;stroke-opacity:.9}
.lockstep-picture .c0{fill:#d9880f;stroke:#d9880f}
.lockstep-picture .c1{fill:#2e9e6b;stroke:#2e9e6b}
.lockstep-picture .c2{fill:#9b5fd0;stroke:#9b5fd0}
.lockstep-picture .c3{fill:#c9508f;stroke:#c9508f}
.lockstep-picture .c4{fill:#1f97a8;stroke:#1f97a8}
.lockstep-picture .c5{fill:#8c8a1e;stroke:#8c8a1e}
.lockstep-picture .arrow{stroke:currentColor;stroke-opacity:.65;fill:none}
.lockstep-picture .head{fill:currentColor;fill-opacity:.65;stroke:none}
.lockstep-picture .dashed{stroke-dasharray:5 3}
.lockstep-picture .ground{fill:var(--jp-layout-color0,var(--vscode-editor-background,Canvas));fill-opacity:.85}
.lockstep-picture:root .ground{fill:#fff}
.lockstep-picture .mark{fill:currentColor}
.lockstep-picture .box{fill:currentColor;fill-opacity:.06;stroke:currentColor;stroke-opacity:.5}
.lockstep-picture .cycle{stroke:#d65642;stroke-width:2;stroke-opacity:1}
.lockstep-picture .cyclehead{fill:#d65642}
.lockstep-picture:root{color:#1f2328;background:#fff}
@media(prefers-color-scheme:dark){.lockstep-picture:root{color:#d8dee4;background:#15181c}.lockstep-picture:root .ground{fill:#15181c}}
`

// page returns the HTML of a picture for a notebook, with its text for screen
// readers. Where a notebook isn't trusted, the style is taken away and with it
// the picture: then the text is shown.
func page(picture, text string) string {
	return `<div class="lockstep-figure" hidden="hidden" style="overflow-x:auto">` + picture + "</div>" +
		`<pre class="lockstep-text">` + html.EscapeString(text) + "</pre>" +
		`<style>.lockstep-figure{display:block!important}` +
		`.lockstep-text{position:absolute!important;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%)}</style>`
}

// letter is the width in pixels that a column of text is taken to have: a little
// more than it has in most fonts of 12 px.
const letter = 7

// smallWidth is the width of n columns of text of 10 px.
func smallWidth(n int) int { return (n*56 + 9) / 10 }

// room returns how many columns of text of 10 px fit into w pixels.
func room(w int) int { return max(0, w*10/56) }
