package page

import (
	"go/scanner"
	"go/token"
	"go/types"
	"strings"

	"github.com/alecthomas/chroma/v2"
)

// lex cuts Go's source text, finished or not, into tokens, by Go's own scanner.
// Together they are the text, but for carriage returns, which the scanner drops from
// some tokens.
func lex(source string) []chroma.Token {
	source = strings.ReplaceAll(source, "\r", "")
	file := token.NewFileSet().AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, []byte(source), nil, scanner.ScanComments)
	var tokens []chroma.Token
	end := 0
	add := func(kind chroma.TokenType, to int) {
		if to > end {
			tokens = append(tokens, chroma.Token{Type: kind, Value: source[end:to]})
			end = to
		}
	}
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			add(chroma.Text, len(source))
			return tokens
		}
		if tok == token.SEMICOLON && lit == "\n" {
			continue // the end of a line
		}
		start := file.Offset(pos)
		add(chroma.Text, start)
		if lit == "" {
			lit = tok.String()
		}
		add(kind(tok, lit), min(start+len(lit), len(source)))
	}
}

// kind is what a token is to the colours.
func kind(tok token.Token, lit string) chroma.TokenType {
	switch {
	case tok.IsKeyword():
		return chroma.Keyword
	case tok == token.IDENT:
		return kindOfName(lit)
	case tok == token.COMMENT:
		return chroma.Comment
	case tok == token.CHAR || tok == token.STRING:
		return chroma.LiteralString
	case tok.IsLiteral():
		return chroma.LiteralNumber
	case tok == token.ILLEGAL:
		return chroma.Error
	case tok.IsOperator() && strings.Contains("()[]{},;:.", lit):
		return chroma.Punctuation
	}
	return chroma.Operator
}

func kindOfName(name string) chroma.TokenType {
	switch types.Universe.Lookup(name).(type) {
	case *types.TypeName:
		return chroma.KeywordType
	case *types.Const, *types.Nil:
		return chroma.KeywordConstant
	case *types.Builtin:
		return chroma.NameBuiltin
	}
	return chroma.NameOther
}
