package lessons

import (
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"lockstep/kernel/notebook"
)

// Both languages teach the same lessons with the same code.
func TestTranslationsAgree(t *testing.T) {
	for _, path := range paths(t) {
		language, name := filepath.Dir(path), filepath.Base(path)
		other := filepath.Join(map[string]string{"zh": "en", "en": "zh"}[language], name)
		if _, err := os.Stat(other); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if language != "zh" {
			continue
		}
		t.Run(name, func(t *testing.T) { agree(t, read(t, path), read(t, other)) })
	}
}

func agree(t *testing.T, zh, en *notebook.Notebook) {
	if len(zh.Cells) != len(en.Cells) {
		t.Fatalf("%d cells in Chinese, %d in English", len(zh.Cells), len(en.Cells))
	}
	for i, z := range zh.Cells {
		e := en.Cells[i]
		if z.ID != e.ID || z.Type != e.Type || !slices.Equal(z.Tags(), e.Tags()) {
			t.Errorf("cell %d is %s %s %v in Chinese, %s %s %v in English", i+1, z.Type, z.ID, z.Tags(), e.Type, e.ID, e.Tags())
			continue
		}
		parts := outline
		if z.Type == notebook.Code {
			parts = tokens
		}
		if got, want := parts(e.Source), parts(z.Source); !slices.Equal(got, want) {
			t.Errorf("cell %s has in English\n%s\nand in Chinese\n%s", z.ID, strings.Join(got, " "), strings.Join(want, " "))
		}
		if strings.ContainsFunc(e.Source, chinese) {
			t.Errorf("cell %s has Chinese in English", z.ID)
		}
		if z.Type == notebook.Markdown && !strings.ContainsFunc(z.Source, chinese) {
			t.Errorf("cell %s has no Chinese in Chinese", z.ID)
		}
	}
}

func chinese(r rune) bool {
	return unicode.Is(unicode.Han, r) || '　' <= r && r <= '】' || '！' <= r && r <= '～'
}

// tokens is a cell's Go without its comments, and with each string as "".
func tokens(source string) []string {
	var s scanner.Scanner
	files := token.NewFileSet()
	s.Init(files.AddFile("", files.Base(), len(source)), []byte(source), nil, 0)
	var list []string
	for {
		_, kind, literal := s.Scan()
		switch kind {
		case token.EOF:
			return list
		case token.SEMICOLON:
			literal = ";"
		case token.STRING:
			literal = `""`
		}
		if literal == "" {
			literal = kind.String()
		}
		list = append(list, literal)
	}
}

// withoutWords is a cell's Go with neither comments nor printed words.
func withoutWords(source string) string { return strings.Join(tokens(source), " ") }

// outline is how those lines of a Markdown text begin that are no plain
// paragraph: headings, lists, table rows, HTML.
func outline(source string) []string {
	var list []string
	for line := range strings.Lines(source) {
		first, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case strings.Trim(first, "#") == "" && first != "", first == "-":
			list = append(list, first)
		case strings.HasPrefix(first, "|"):
			list = append(list, strings.Repeat("|", strings.Count(line, "|")))
		case strings.HasPrefix(first, "<"):
			list = append(list, first[:strings.IndexByte(first, '>')+1])
		case strings.TrimRight(first, ".0123456789") == "" && strings.HasSuffix(first, "."):
			list = append(list, first)
		}
	}
	return list
}
