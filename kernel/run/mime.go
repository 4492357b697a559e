package run

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// readable are the formats that a terminal can show, the best first.
var readable = []string{"text/plain", "text/markdown"}

// asText is a display as text, or the best of its formats in brackets where
// none of them is text for people: "[image/png, 12 kB]".
func asText(data map[string]any) string {
	for _, mime := range readable {
		if text, ok := data[mime].(string); ok {
			return text
		}
	}
	if len(data) == 0 {
		return ""
	}
	mimes := slices.Sorted(maps.Keys(data))
	best := mimes[0]
	for _, mime := range mimes {
		if strings.HasPrefix(mime, "image/") {
			best = mime
			break
		}
	}
	return fmt.Sprintf("[%s, %s]", best, size(weight(data[best], best)))
}

// weight is how many bytes a format has, an image in its file form.
func weight(value any, mime string) int {
	text, ok := value.(string)
	if !ok {
		raw, err := json.Marshal(value)
		if err != nil {
			return 0
		}
		return len(raw)
	}
	if strings.HasPrefix(mime, "image/") && mime != "image/svg+xml" {
		return base64.RawStdEncoding.DecodedLen(len(strings.TrimRight(strings.TrimSpace(text), "=")))
	}
	return len(text)
}

func size(bytes int) string {
	switch {
	case bytes < 1000:
		return fmt.Sprintf("%d B", bytes)
	case bytes < 1_000_000:
		return fmt.Sprintf("%.0f kB", float64(bytes)/1e3)
	default:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
}
