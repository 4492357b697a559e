package render

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"maps"
	"reflect"
)

// The MIME types of a bundle.
const (
	Text     = "text/plain"
	HTML     = "text/html"
	Markdown = "text/markdown"
	SVG      = "image/svg+xml"
	PNG      = "image/png"
)

// Bundler is implemented by values that know their whole MIME bundle.
type Bundler interface{ MIMEBundle() map[string]any }

// Bundle returns v in every format that it offers: as text always, and by its
// methods HTML() string, SVG() string, Markdown() string, PNG() []byte, as an
// image.Image, as a table if it is a slice of structs, or as a Bundler. A panic in such a method is the caller's.
func Bundle(v any) map[string]any { return BundleAs("", v) }

// BundleAs is Bundle for a value whose type the cell calls by the given name,
// "" for the name that reflection knows.
func BundleAs(name string, v any) map[string]any {
	inner := unwrap(reflect.ValueOf(v))
	data := map[string]any{}
	if inner.IsValid() && inner.CanInterface() && !isNil(inner) {
		v = inner.Interface()
		if b, ok := v.(interface{ HTML() string }); ok {
			data[HTML] = b.HTML()
		}
		if b, ok := v.(interface{ SVG() string }); ok {
			data[SVG] = b.SVG()
		}
		if b, ok := v.(interface{ Markdown() string }); ok {
			data[Markdown] = b.Markdown()
		}
		if b, ok := v.(interface{ PNG() []byte }); ok {
			data[PNG] = Base64(b.PNG())
		}
		if picture, ok := v.(image.Image); ok {
			size := picture.Bounds().Size()
			data[Text] = fmt.Sprintf("image of %d×%d pixels", size.X, size.Y)
			var file bytes.Buffer
			// What has no pixels can't be a PNG file; its text says so.
			if data[PNG] == nil && png.Encode(&file, picture) == nil {
				data[PNG] = Base64(file.Bytes())
			}
		}
		if text, ok := table(addressable(inner)); ok && len(data) == 0 {
			data[HTML] = text
		}
		if b, ok := v.(Bundler); ok {
			maps.Copy(data, b.MIMEBundle())
		}
	}
	if data[Text] == nil {
		data[Text] = goSyntax(inner, name)
	}
	return data
}

// Base64 encodes a binary format for a bundle.
func Base64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
