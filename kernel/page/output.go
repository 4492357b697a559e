package page

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strings"

	terminal "github.com/buildkite/terminal-to-html/v3"

	"lockstep/kernel/notebook"
)

func renderOutput(o notebook.Output, texts *texts) (output, error) {
	switch o := o.(type) {
	case *notebook.Stream:
		return output{Kind: o.Name, Body: printed(o.Text)}, nil
	case *notebook.ErrorOutput:
		return output{Kind: "error", Body: printed(strings.Join(o.Traceback, "\n"))}, nil
	case *notebook.ExecuteResult:
		body, err := renderBundle(o.Data, texts)
		shown := output{Kind: "value", Body: body}
		if o.ExecutionCount > 0 {
			shown.Prompt = fmt.Sprintf("Out[%d]", o.ExecutionCount)
		}
		return shown, err
	case *notebook.DisplayData:
		body, err := renderBundle(o.Data, texts)
		return output{Kind: "display", Body: body}, err
	}
	return output{}, fmt.Errorf("an output of type %T", o)
}

// printed shows text as a terminal does: its colours, and what \r overwrites.
func printed(text string) template.HTML {
	return template.HTML(`<pre class="term-container">` + terminal.Render([]byte(text)) + "</pre>")
}

// pictures are the formats that a browser draws, the sharpest first.
var pictures = []string{"image/png", "image/webp", "image/jpeg", "image/gif"}

// renderBundle shows the richest format of a bundle.
func renderBundle(b notebook.Bundle, texts *texts) (template.HTML, error) {
	if html, ok := b.Text("text/html"); ok {
		return template.HTML(html), nil
	}
	if svg, ok := b.Text("image/svg+xml"); ok {
		return template.HTML(svg), nil
	}
	for _, kind := range pictures {
		if data, ok := b.Text(kind); ok {
			return template.HTML(fmt.Sprintf(`<img alt="" src="%s">`, template.HTMLEscapeString(string(dataAddress(kind, clean(data)))))), nil
		}
	}
	if text, ok := b.Text("text/markdown"); ok {
		return texts.render(text, func(string) (notebook.Bundle, bool) { return nil, false })
	}
	if text, ok := b.Text("text/plain"); ok {
		return printed(text), nil
	}
	if value, ok := b["application/json"]; ok {
		text, err := json.MarshalIndent(value, "", "  ")
		return preformatted(string(text)), err
	}
	return preformatted("(" + strings.Join(b.Types(), ", ") + ")"), nil
}
