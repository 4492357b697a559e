package cell

import (
	"go/scanner"
	"go/token"
	"slices"
)

// lexeme is one token of a text.
type lexeme struct {
	tok        token.Token
	start, end int // byte offsets
}

// lex is a text's tokens, comments too if they are wanted. It goes on at errors:
// what it is for are cells that somebody is typing.
func lex(text string, comments bool) []lexeme {
	file := token.NewFileSet().AddFile("", -1, len(text))
	var mode scanner.Mode
	if comments {
		mode = scanner.ScanComments
	}
	var s scanner.Scanner
	s.Init(file, []byte(text), func(token.Position, string) {}, mode)
	var out []lexeme
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return out
		}
		start := file.Offset(pos)
		l := lexeme{tok: tok, start: start, end: start}
		if tok != token.SEMICOLON || lit == ";" {
			l.end = min(start+textLen(text[start:], tok, lit), len(text))
		}
		out = append(out, l)
	}
}

// tokenAt is the index of the token that starts at an offset, -1 for none.
func tokenAt(tokens []lexeme, offset int) int {
	return slices.IndexFunc(tokens, func(l lexeme) bool { return l.start == offset && l.tok != token.SEMICOLON })
}

// brackets are the opening brackets among some tokens that are not closed. A
// closing bracket that does not match closes what is open inside the one it does.
func brackets(tokens []lexeme) []lexeme {
	var open []lexeme
	for _, l := range tokens {
		switch l.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, l)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			open = closed(open, l)
		}
	}
	return open
}

// closed are the brackets that are open after a closing one, which may be one too
// many.
func closed(open []lexeme, bracket lexeme) []lexeme {
	for i := len(open) - 1; i >= max(0, len(open)-maxDepth); i-- {
		if matches(open[i].tok, bracket.tok) {
			return open[:i]
		}
	}
	return open
}

// closers is the text that closes brackets.
func closers(open []lexeme) string {
	var out []byte
	for _, l := range slices.Backward(open) {
		switch l.tok {
		case token.LPAREN:
			out = append(out, ')')
		case token.LBRACK:
			out = append(out, ']')
		default:
			out = append(out, '}')
		}
	}
	return string(out)
}

// looseChunks cuts a cell as split does, but a text that is not complete too:
// where brackets are left open, the next line that starts a declaration without
// any indentation starts a chunk.
func looseChunks(text string, tokens []lexeme) []chunk {
	var (
		chunks []chunk
		start  int // the first token of the chunk at hand
		open   []lexeme
		header bool // between if, for or switch and the block
	)
	finish := func(end int) {
		if start < end {
			last := end - 1
			for last > start && tokens[last].tok == token.SEMICOLON {
				last--
			}
			chunks = append(chunks, chunk{kind: kindOf(kinds(tokens[start:end])), start: tokens[start].start, end: tokens[last].end})
		}
	}
	for i, l := range tokens {
		switch {
		case l.tok == token.SEMICOLON && len(open) == 0:
			if written := l.end > l.start; header && written {
				continue
			}
			finish(i)
			start, header = i+1, false
			continue
		case len(open) > 0 && (l.start == 0 || text[l.start-1] == '\n') && startsDecl(tokens[i:]):
			finish(i)
			start, open, header = i, nil, false
		}
		if len(open) == 0 {
			switch l.tok {
			case token.IF, token.FOR, token.SWITCH:
				header = true
			case token.LBRACE:
				header = false
			}
		}
		switch l.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, l)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			open = closed(open, l)
		}
	}
	finish(len(tokens))
	return chunks
}

// startsDecl says that tokens begin with a declaration that can't be inside another.
func startsDecl(tokens []lexeme) bool {
	switch tokens[0].tok {
	case token.IMPORT, token.TYPE:
		return true
	case token.FUNC:
		return len(tokens) > 1 && isFuncDecl(kinds(tokens[:min(len(tokens), 64)]))
	}
	return false
}

func kinds(tokens []lexeme) []token.Token {
	out := make([]token.Token, len(tokens))
	for i, l := range tokens {
		out[i] = l.tok
	}
	return out
}

// importPathAt is the inside of the import path that a cursor is in.
func importPathAt(text string, cursor int) (inside lexeme, ok bool) {
	importing, group := false, false
	for _, l := range lex(text, false) {
		switch {
		case l.tok == token.IMPORT:
			importing, group = true, false
		case importing && l.tok == token.LPAREN:
			group = true
		case l.tok == token.SEMICOLON && !group || l.tok == token.RPAREN:
			importing = false
		}
		if l.tok != token.STRING || cursor <= l.start || l.end < cursor {
			continue
		}
		if closed := l.end-l.start > 1 && text[l.end-1] == text[l.start]; closed {
			l.end--
		}
		l.start++
		return l, importing && cursor <= l.end
	}
	return lexeme{}, false
}
