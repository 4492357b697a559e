package notebook

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Bundle is one thing in one or more formats, by MIME type. Text and base64 are
// strings; formats that are JSON hold its value, as encoding/json decodes it,
// numbers as json.Number.
type Bundle map[string]any

// Types lists the bundle's MIME types, sorted.
func (b Bundle) Types() []string {
	return slices.Sorted(maps.Keys(b))
}

// Text returns the format if the bundle has it as text.
func (b Bundle) Text(mime string) (string, bool) {
	text, ok := b[mime].(string)
	return text, ok
}

// isJSON tells the formats whose value is JSON itself, not text in a string.
func isJSON(mime string) bool {
	return mime == "application/json" || strings.HasPrefix(mime, "application/") && strings.HasSuffix(mime, "+json")
}

// isLines tells the formats that Jupyter saves as a list of lines.
func isLines(mime string) bool {
	return strings.HasPrefix(mime, "text/") || mime == "application/javascript" || mime == "image/svg+xml"
}

func decodeBundle(raw jsontext.Value) (Bundle, error) {
	o, err := decodeObject(raw)
	if err != nil {
		return nil, err
	}
	b := make(Bundle, len(o.members))
	for _, m := range o.members {
		decode := decodeFormat(m.name)
		if b[m.name], err = decode(m.value); err != nil {
			return nil, fmt.Errorf("has %s, which %w", m.name, err)
		}
	}
	return b, nil
}

func decodeFormat(mime string) func(jsontext.Value) (any, error) {
	if isJSON(mime) {
		return decodeAny
	}
	return func(raw jsontext.Value) (any, error) { return decodeText(raw) }
}

// keepBundle is keep for a bundle, format by format, so that those that did
// not change keep their spelling and their order.
func keepBundle(o *Object, name string, b Bundle) error {
	var data Object
	if raw, ok := o.Get(name); ok {
		// A member that is no object is replaced.
		_ = data.decode(raw)
	}
	for _, mime := range data.Names() {
		if _, ok := b[mime]; !ok {
			data.Delete(mime)
		}
	}
	for _, mime := range b.Types() {
		raw, err := encodeFormat(mime, b[mime])
		if err != nil {
			return fmt.Errorf("%s: %s: %w", name, mime, err)
		}
		keep(&data, mime, b[mime], decodeFormat(mime), func(any) jsontext.Value { return raw })
	}
	o.set(name, data.text())
	return nil
}

func encodeFormat(mime string, value any) (jsontext.Value, error) {
	if text, ok := value.(string); ok && isLines(mime) {
		return encodeText(text), nil
	}
	return encode(value)
}
