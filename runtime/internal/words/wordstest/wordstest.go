// Package wordstest checks that the messages of a package have their translations.
package wordstest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lockstep/runtime/internal/words"
)

// Speak has the process speak a language until the test ends.
func Speak(t testing.TB, language string) {
	t.Helper()
	before := words.Language()
	if err := words.Speak(language); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = words.Speak(before) })
}

// Check reads the source of the package in the present folder: each message that is
// given to its functions say and message, as a literal, must have a translation
// with the same verbs, and no other may be there.
func Check(t *testing.T, chinese words.Messages) {
	t.Helper()
	said := messages(t)
	for message, place := range said {
		translation, ok := chinese[message]
		if !ok {
			t.Errorf("%s: %q has no translation", place, message)
			continue
		}
		if want, got := verbs(t, message), verbs(t, translation); !slices.Equal(want, got) {
			t.Errorf("%s: %q has the verbs %q, %q has %q", place, message, want, translation, got)
		}
	}
	for message := range chinese {
		if _, ok := said[message]; !ok {
			t.Errorf("%q is translated, but never said", message)
		}
	}
	if len(said) == 0 {
		t.Error("the package says nothing")
	}
}

// messages returns the messages of a package, with where they are said.
func messages(t *testing.T) map[string]string {
	t.Helper()
	fset := token.NewFileSet()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			name, ok := call.Fun.(*ast.Ident)
			if !ok || name.Name != "say" && name.Name != "message" {
				return true
			}
			place := fset.Position(call.Pos()).String()
			text, ok := literal(call.Args[0])
			switch {
			case ok:
				said[text] = place
			case name.Name == "message":
				t.Errorf("%s: the message is no literal", place)
			}
			return true
		})
	}
	return said
}

// literal returns the value of a string literal, or of several that are added.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := literal(e.X)
		right, also := literal(e.Y)
		return left + right, ok && also
	}
	return "", false
}

var verb = regexp.MustCompile(`%(\[(\d+)\])?([-+#0]*[\d.]*)([a-zA-Z%])`)

// verbs returns the verbs of a format in the order of their arguments.
func verbs(t *testing.T, format string) []string {
	t.Helper()
	var list []string
	next := 1
	for _, v := range verb.FindAllStringSubmatch(format, -1) {
		if v[4] == "%" {
			continue
		}
		if v[2] != "" {
			next, _ = strconv.Atoi(v[2])
		}
		for len(list) < next {
			list = append(list, "")
		}
		list[next-1] = v[3] + v[4]
		next++
	}
	return list
}
