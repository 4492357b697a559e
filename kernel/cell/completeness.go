package cell

import (
	"go/scanner"
	"go/token"
	"strings"

	"lockstep/kernel/execution"
)

// IsComplete says whether a cell's text could be run as it stands, or wants
// another line. It looks at syntax only.
func IsComplete(text string) execution.Completeness {
	p := &cellParser{fset: token.NewFileSet()}
	p.parseCell(0, text)
	if len(p.diags) == 0 {
		return execution.Completeness{Status: execution.Complete}
	}
	for _, d := range p.diags {
		if !d.unfinished {
			return execution.Completeness{Status: execution.Invalid}
		}
	}
	return execution.Completeness{Status: execution.Incomplete, Indent: strings.Repeat("\t", openLines(text))}
}

// openLines is how many lines of a text open a bracket that is not closed again:
// gofmt indents what follows by a tab for each.
func openLines(text string) int {
	file := token.NewFileSet().AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), func(token.Position, string) {}, 0)
	var lines []int
	for {
		pos, tok, _ := s.Scan()
		switch tok {
		case token.EOF:
			depth, last := 0, 0
			for _, line := range lines {
				if line != last {
					depth++
				}
				last = line
			}
			return depth
		case token.LPAREN, token.LBRACK, token.LBRACE:
			lines = append(lines, file.Line(pos))
		case token.RPAREN, token.RBRACK, token.RBRACE:
			lines = lines[:max(0, len(lines)-1)]
		}
	}
}
