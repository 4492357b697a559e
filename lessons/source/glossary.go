package source

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed glossary.csv
var glossary string

// Term is a term of the course, which both languages always call the same.
type Term struct {
	ID     string // such as mutex; concepts of exercises are among them
	Lesson string // the name of the one that explains it
	// Also are beginnings of words by which an English text may say it as well:
	// other forms of the term.
	Also []string
	// Avoid are other names of it, in any language, that the course doesn't use.
	Avoid []string

	name, meaning map[string]string // by language
}

// Name is what a language calls the term.
func (t Term) Name(language string) string { return t.name[language] }

// Meaning says in a few words of a language what the term means.
func (t Term) Meaning(language string) string { return t.meaning[language] }

var columns = []string{"id", "zh", "en", "lesson", "also", "avoid", "meaning_zh", "meaning_en"}

var terms = sync.OnceValues(func() ([]Term, error) {
	rows, err := csv.NewReader(strings.NewReader(glossary)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("glossary.csv: %w", err)
	}
	if len(rows) < 2 || !slices.Equal(rows[0], columns) {
		return nil, fmt.Errorf("glossary.csv: want the header %s and a row at least", strings.Join(columns, ","))
	}
	list := func(text string) []string { return strings.FieldsFunc(text, func(r rune) bool { return r == ';' }) }
	var all []Term
	for i, row := range rows[1:] {
		if !validID.MatchString(row[0]) {
			return nil, fmt.Errorf("glossary.csv: row %d: %q is no id", i+2, row[0])
		}
		all = append(all, Term{
			ID: row[0], Lesson: row[3], Also: list(row[4]), Avoid: list(row[5]),
			name:    map[string]string{"zh": row[1], "en": row[2]},
			meaning: map[string]string{"zh": row[6], "en": row[7]},
		})
	}
	return all, nil
})

// Glossary returns the terms of the course, by id.
func Glossary() ([]Term, error) {
	all, err := terms()
	return slices.Clone(all), err
}

// ConceptName is what a language calls a concept: its id if the glossary doesn't
// have it.
func ConceptName(id, language string) string {
	all, err := terms()
	if err != nil {
		return id
	}
	for _, t := range all {
		if t.ID == id {
			return t.Name(language)
		}
	}
	return id
}

// glossaryWords are what the page of the glossary says besides, by language.
var glossaryWords = map[string]struct{ title, intro, header string }{
	"zh": {"术语表", "课程里的术语，两种语言各用一个固定的说法。", "| 中文 | English | 意思 | 见 |"},
	"en": {"Glossary", "The terms of the course. Each language always uses the same word for one.", "| English | 中文 | Meaning | See |"},
}

// GlossaryPage is the glossary as a page of Markdown, beside the notebooks of a
// language. It leads to the lessons that explain the terms.
func GlossaryPage(language string) (string, error) {
	all, err := terms()
	if err != nil {
		return "", err
	}
	words := glossaryWords[language]
	var page strings.Builder
	fmt.Fprintf(&page, "# %s\n\n%s\n\n%s\n|:--|:--|:--|:--|\n", words.title, words.intro, words.header)
	for _, t := range all {
		other := "en"
		if language == "en" {
			other = "zh"
		}
		number, _, _ := strings.Cut(t.Lesson, "-")
		fmt.Fprintf(&page, "| %s | %s | %s | [%s](%s.ipynb) |\n", t.Name(language), t.Name(other), t.Meaning(language), number, t.Lesson)
	}
	return page.String(), nil
}
