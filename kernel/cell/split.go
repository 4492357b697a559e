package cell

import (
	"go/scanner"
	"go/token"
	"strings"
)

// A chunk is one top-level piece of a cell: an import, a declaration or a
// statement, from its first token to its last.
type chunk struct {
	kind       token.Token // IMPORT, TYPE, CONST, VAR, FUNC, PACKAGE; ILLEGAL for a statement
	start, end int         // byte offsets in the cell
	torn       bool        // it ends with a bracket that closes another than the one that is open
}

// isDecl says that a chunk belongs at package level. A top-level var is a
// statement: it runs where it stands, among the others.
func (c chunk) isDecl() bool {
	return c.kind == token.TYPE || c.kind == token.CONST || c.kind == token.FUNC
}

// split cuts a cell at its top-level semicolons, most of which Go's scanner
// inserts at line ends. Go's own parser can't: to it, a file holds declarations
// and a block holds statements, and a cell mixes them.
func split(text string) ([]chunk, []Diagnostic) {
	file := token.NewFileSet().AddFile("", -1, len(text))
	var diags []Diagnostic
	place := func(offset int) Place { return placeAt(text, offset) }

	var s scanner.Scanner
	s.Init(file, []byte(text), func(pos token.Position, msg string) {
		diags = append(diags, Diagnostic{Place: place(pos.Offset), Message: msg, Syntax: true, unfinished: unfinished(msg)})
	}, 0)

	var (
		chunks []chunk
		lead   []token.Token // the first tokens of the chunk at hand
		open   []token.Token // brackets not yet closed
		start  int
		end    int
	)
	finish := func() {
		if len(lead) > 0 {
			chunks = append(chunks, chunk{kind: kindOf(lead), start: start, end: end})
		}
		lead = lead[:0]
	}
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		offset := file.Offset(pos)
		if tok == token.SEMICOLON && len(open) == 0 {
			finish()
			if n := len(chunks); lit == ";" && n > 0 && chunks[n-1].kind == token.ILLEGAL {
				// It may be one of a for's, which must not go: for i := 0; ; i++ {}
				chunks[n-1].end = offset + 1
			}
			continue
		}
		if len(lead) == 0 {
			start = offset
		}
		lead = append(lead, tok)
		if tok != token.SEMICOLON {
			end = offset + textLen(text[offset:], tok, lit)
		}
		switch tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, tok)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(open) == 0 || !matches(open[len(open)-1], tok) {
				finish()
				if len(open) > 0 {
					chunks[len(chunks)-1].torn = true
				}
				return chunks, append(diags, Diagnostic{Place: place(offset), Message: "unexpected " + tok.String(), Syntax: true})
			}
			open = open[:len(open)-1]
		}
	}
	finish()
	return chunks, diags
}

// unfinished says that the scanner ran into the end of the text.
func unfinished(message string) bool {
	return message == "raw string literal not terminated" || message == "comment not terminated"
}

// textLen is how many bytes of text a token takes. The scanner drops carriage
// returns from raw strings, so a literal may be shorter than what it stands for.
func textLen(text string, tok token.Token, lit string) int {
	if lit == "" {
		return len(tok.String())
	}
	if tok == token.STRING && strings.HasPrefix(lit, "`") {
		if i := strings.IndexByte(text[1:], '`'); i >= 0 {
			return i + 2
		}
		return len(text)
	}
	return len(lit)
}

func matches(open, closing token.Token) bool {
	switch open {
	case token.LPAREN:
		return closing == token.RPAREN
	case token.LBRACK:
		return closing == token.RBRACK
	default:
		return closing == token.RBRACE
	}
}

// kindOf tells declarations from statements by their first tokens.
func kindOf(lead []token.Token) token.Token {
	switch lead[0] {
	case token.IMPORT, token.TYPE, token.CONST, token.VAR, token.PACKAGE:
		return lead[0]
	case token.FUNC:
		if isFuncDecl(lead) {
			return token.FUNC
		}
	}
	return token.ILLEGAL
}

// isFuncDecl tells `func f(…)` and `func (r T) m(…)` from a function literal
// that is called: after a literal's parameters comes a result or the body, never
// a name with an opening bracket behind it.
func isFuncDecl(lead []token.Token) bool {
	if len(lead) < 2 || lead[1] == token.IDENT {
		return true // a lone func is somebody's unfinished declaration
	}
	if lead[1] != token.LPAREN {
		return true
	}
	depth := 0
	for i, tok := range lead[1:] {
		switch tok {
		case token.LPAREN:
			depth++
		case token.RPAREN:
			depth--
		}
		if depth == 0 {
			rest := lead[i+2:]
			return len(rest) >= 2 && rest[0] == token.IDENT && (rest[1] == token.LPAREN || rest[1] == token.LBRACK)
		}
	}
	return false
}
