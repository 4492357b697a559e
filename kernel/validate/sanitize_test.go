package validate_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lockstep/kernel/validate"
)

func sanitizer(t *testing.T, text string) (*validate.Sanitizer, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sanitize.cfg")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return validate.ReadSanitizer(path)
}

func TestABadExpressionIsNamedWithItsLine(t *testing.T) {
	for _, test := range []struct {
		text string
		line int
		want string
	}{
		{"[a]\nregex: (\nreplace: x\n", 2, "missing"},
		{"regex: a\nreplace: \\q\n", 2, `bad escape \q`},
		{"regex: a\nreplace: x\\", 2, `bad escape \ at the end`},
		{"regex: a\nreplace: \\g<1", 2, `missing < or >`},
	} {
		_, err := sanitizer(t, test.text)
		var bad *validate.SanitizeError
		if !errors.As(err, &bad) || bad.Line != test.line || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want line %d: …%s…", test.text, err, test.line, test.want)
		}
	}
}
