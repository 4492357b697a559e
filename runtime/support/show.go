package support

import (
	"fmt"
	"maps"

	"lockstep/runtime/internal/render"
	"lockstep/runtime/internal/scope"
)

// Form is one more format in which a value can be shown.
type Form struct {
	mime string
	make func() any
}

// HTML is the form that a cell type's method HTML() string gives.
func HTML(html func() string) Form {
	return Form{render.HTML, func() any { return html() }}
}

// SVG is the form that a cell type's method SVG() string gives.
func SVG(svg func() string) Form {
	return Form{render.SVG, func() any { return svg() }}
}

// Markdown is the form that a cell type's method Markdown() string gives.
func Markdown(markdown func() string) Form {
	return Form{render.Markdown, func() any { return markdown() }}
}

// PNG is the form that a cell type's method PNG() []byte gives.
func PNG(png func() []byte) Form {
	return Form{render.PNG, func() any { return render.Base64(png()) }}
}

// Text is the form that a cell type's method Error() string or String() string
// gives. It replaces the value's Go syntax.
func Text(text func() string) Form {
	return Form{render.Text, func() any { return text() }}
}

// Show shows v as the value of the cell: as text in Go syntax, and in every
// format that v offers by HTML() string, SVG() string, Markdown() string,
// PNG() []byte or as an image.Image. A plain program prints the text.
func Show(v any) { show(render.Bundle(v)) }

// ShowAs is Show for a value whose type reflection doesn't know by name: name is
// the type as the cell writes it, "" for none, and the forms are the formats that
// the type's methods offer.
func ShowAs(name string, v any, forms ...Form) {
	data := map[string]any{}
	for _, form := range forms {
		data[form.mime] = form.make()
	}
	if data[render.Text] == nil {
		bundle := render.BundleAs(name, v)
		maps.Copy(bundle, data)
		data = bundle
	}
	show(data)
}

func show(data map[string]any) {
	if host := scope.Current().Host; host != nil {
		if err := host.Value(data, nil); err != nil {
			panic(fmt.Errorf("the value can't be shown: %w", err))
		}
		return
	}
	fmt.Fprintln(Stdout(), data[render.Text])
}
