package page

import (
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
)

func TestLexer(t *testing.T) {
	const source = "// 锁\nfunc f(s string) {\n\tx := `a\nb` + 'c' // end\n\treturn len(s) + 0x1F, nil, \"open\n} #"
	kinds := map[string]chroma.TokenType{}
	var all strings.Builder
	for _, token := range lex(source) {
		all.WriteString(token.Value)
		kinds[token.Value] = token.Type
	}
	if all.String() != source {
		t.Errorf("the tokens are %q", all.String())
	}
	for value, want := range map[string]chroma.TokenType{
		"// 锁": chroma.Comment, "// end": chroma.Comment, "func": chroma.Keyword, "f": chroma.NameOther, "string": chroma.KeywordType,
		"`a\nb`": chroma.LiteralString, "'c'": chroma.LiteralString, "\"open": chroma.LiteralString, "0x1F": chroma.LiteralNumber,
		"len": chroma.NameBuiltin, "nil": chroma.KeywordConstant, ":=": chroma.Operator, "{": chroma.Punctuation, "#": chroma.Error,
	} {
		if got := kinds[value]; got != want {
			t.Errorf("%q is a %v, want a %v", value, got, want)
		}
	}
}

func TestWindowsLineEndsKeepTheTokensWhole(t *testing.T) {
	tokens := lex("x := `a\r\nb`\r\ny")
	if last := tokens[len(tokens)-1]; last.Value != "y" {
		t.Errorf("the last token is %q", last.Value)
	}
}
