package page

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/formatters/html"
)

// code colours source text.
type code struct {
	language string
	style    string // the colours, for light and dark
}

var formatter = html.New(html.WithClasses(true), html.PreventSurroundingPre(true), html.TabWidth(4))

// The colours of code. They and the lexer are our own since chroma's packages of
// all styles and all lexers cost every process of the kernel, which is one binary
// with this, ten milliseconds when it begins.
var (
	light = chroma.MustNewStyle("light", chroma.StyleEntries{
		chroma.Comment:         "italic #5b6770",
		chroma.Keyword:         "bold #7a3e9d",
		chroma.KeywordConstant: "nobold #1f5fbf",
		chroma.KeywordType:     "nobold #1f5fbf",
		chroma.NameBuiltin:     "#1f5fbf",
		chroma.LiteralString:   "#0a6640",
		chroma.LiteralNumber:   "#9a4b00",
		chroma.Error:           "#b3261e",
	})
	dark = chroma.MustNewStyle("dark", chroma.StyleEntries{
		chroma.Comment:         "italic #9aa5ad",
		chroma.Keyword:         "bold #cfa8f2",
		chroma.KeywordConstant: "nobold #8ab8ff",
		chroma.KeywordType:     "nobold #8ab8ff",
		chroma.NameBuiltin:     "#8ab8ff",
		chroma.LiteralString:   "#7fd1a5",
		chroma.LiteralNumber:   "#f0b27a",
		chroma.Error:           "#ff8a80",
	})
)

// newCode colours a language; "" is Go's. Others than Go are left as they are.
func newCode(language string) (*code, error) {
	var b strings.Builder
	for _, theme := range []struct {
		media string
		style *chroma.Style
	}{
		{"print, (prefers-color-scheme: light)", light},
		{"screen and (prefers-color-scheme: dark)", dark},
	} {
		fmt.Fprintf(&b, "@media %s {\n", theme.media)
		if err := formatter.WriteCSS(&b, theme.style); err != nil {
			return nil, fmt.Errorf("colours: %w", err)
		}
		b.WriteString("}\n")
	}
	return &code{language: cmp.Or(language, "go"), style: b.String()}, nil
}

func (c *code) render(source string) (template.HTML, error) {
	var b strings.Builder
	if err := colour(&b, c.language, source); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil
}

func colour(w io.Writer, language, source string) error {
	tokens := []chroma.Token{{Type: chroma.Text, Value: source}}
	if language == "go" {
		tokens = lex(source)
	}
	io.WriteString(w, `<pre class="chroma"><code>`)
	err := formatter.Format(w, light, chroma.Literator(tokens...))
	io.WriteString(w, "</code></pre>")
	return err
}
