package page

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/formatters/html"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/alecthomas/chroma/v2/styles"
)

// code colours source text.
type code struct {
	lexer chroma.Lexer
	style string // the colours, for light and dark
}

var formatter = html.New(html.WithClasses(true), html.PreventSurroundingPre(true), html.TabWidth(4))

// newCode colours a language; "" is Go's.
func newCode(language string) (*code, error) {
	var b strings.Builder
	for _, theme := range []struct{ media, name string }{
		{"print, (prefers-color-scheme: light)", "github"},
		{"screen and (prefers-color-scheme: dark)", "github-dark"},
	} {
		fmt.Fprintf(&b, "@media %s {\n", theme.media)
		if err := formatter.WriteCSS(&b, styles.Get(theme.name)); err != nil {
			return nil, fmt.Errorf("colours: %w", err)
		}
		b.WriteString("}\n")
	}
	return &code{lexer: lexerOf(cmp.Or(language, "go")), style: b.String()}, nil
}

func lexerOf(language string) chroma.Lexer {
	lexer := lexers.Get(language)
	if lexer == nil {
		lexer = lexers.Fallback
	}
	return chroma.Coalesce(lexer)
}

func (c *code) render(source string) (template.HTML, error) {
	var b strings.Builder
	if err := colour(&b, c.lexer, source); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil
}

func colour(w io.Writer, lexer chroma.Lexer, source string) error {
	tokens, err := lexer.Tokenise(nil, source)
	if err != nil {
		return fmt.Errorf("colours: %w", err)
	}
	io.WriteString(w, `<pre class="chroma"><code>`)
	err = formatter.Format(w, styles.Fallback, tokens)
	io.WriteString(w, "</code></pre>")
	return err
}
