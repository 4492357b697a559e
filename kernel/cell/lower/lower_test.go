package lower_test

import (
	"fmt"
	"go/format"
	"go/token"
	"regexp"
	"strings"
	"testing"

	"lockstep/kernel/cell"
	"lockstep/kernel/cell/exportdata"
)

// What the rules of the translation make of Go. Numbers in names count the names
// of one base, in the order of their appearance.
func TestRules(t *testing.T) {
	for _, test := range rules {
		t.Run(test.name, func(t *testing.T) {
			got, want := normalized(t, source(t, test.cell)), formatted(t, test.want)
			if got != want {
				t.Errorf("%s\nis lowered to\n%s\nwant\n%s", test.cell, got, want)
			}
		})
	}
}

// source is the lowered text of a cell.
func source(t *testing.T, text string) string {
	t.Helper()
	session := cell.NewSession(exportdata.NewImporter(token.NewFileSet()))
	program, err := session.Compile(1, text)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return program.Unit.Source
}

var (
	places  = regexp.MustCompile(`/\*line [^*]*\*/|//line .*|\*ʹrt\.(At|Top) = \d+;`)
	marked  = regexp.MustCompile(`, \d{9,}, "`)
	header  = regexp.MustCompile(`(?m)^(package|import) .*$`)
	entry   = regexp.MustCompile(`func ʹcellʹ1\(\) \{\s*\}`)
	serials = regexp.MustCompile(`([\pL_]+)ʹ(\d+)`)
)

// normalized is lowered text without what tells places, imports packages and
// makes names unique.
func normalized(t *testing.T, text string) string {
	t.Helper()
	for _, drop := range []*regexp.Regexp{places, header, entry} {
		text = drop.ReplaceAllString(text, "")
	}
	text = marked.ReplaceAllString(text, `, 0, "`)
	count, names := map[string]int{}, map[string]string{}
	text = serials.ReplaceAllStringFunc(text, func(name string) string {
		if names[name] == "" {
			base := serials.FindStringSubmatch(name)[1]
			count[base]++
			names[name] = fmt.Sprintf("%sʹ%d", base, count[base])
		}
		return names[name]
	})
	return formatted(t, text)
}

// formatted is gofmt's form, without empty lines.
func formatted(t *testing.T, text string) string {
	t.Helper()
	out, err := format.Source([]byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	lines := strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' })
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
