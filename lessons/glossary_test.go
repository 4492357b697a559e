package lessons

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lockstep/lessons/source"
)

func terms(t *testing.T) []source.Term {
	t.Helper()
	all, err := source.Glossary()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// written are the sources of the lessons in a language, by name.
func written(t *testing.T, language string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("source", language, "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	all := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".md")] = string(text)
	}
	return all
}

func TestTermsAreExplained(t *testing.T) {
	all := terms(t)
	if !slices.IsSortedFunc(all, func(a, b source.Term) int { return cmp.Compare(a.ID, b.ID) }) {
		t.Error("the glossary is not in the order of its ids")
	}
	seen := map[string]bool{}
	for _, language := range source.Languages {
		lessons := written(t, language)
		for _, term := range all {
			name, key := term.Name(language), language+" "+term.ID
			if seen[key] {
				t.Errorf("%s: there are two", key)
			}
			seen[key] = true
			if name == "" || term.Meaning(language) == "" {
				t.Errorf("%s has no name or no meaning", key)
			}
			if text, ok := lessons[term.Lesson]; !ok {
				t.Errorf("%s: there is no lesson %s", key, term.Lesson)
			} else if !strings.Contains(strings.ToLower(text), strings.ToLower(name)) {
				t.Errorf("%s: lesson %s doesn't mention %q", key, term.Lesson, name)
			}
		}
	}
}

// A term has one name in the whole course, and where the Chinese of a lesson uses
// it, so does the English.
func TestLessonsUseTheTerms(t *testing.T) {
	all := terms(t)
	chinese, english := written(t, "zh"), written(t, "en")
	for name, zh := range chinese {
		for _, wrong := range misused(zh, english[name], all) {
			t.Errorf("%s: %s", name, wrong)
		}
	}
}

func TestOtherNamesOfATermAreFound(t *testing.T) {
	all := terms(t)
	for _, test := range []struct{ zh, en, want string }{
		{"用互斥锁保护它。", "Guard it by a mutex.", ""},
		{"用互斥量保护它。", "Guard it by a mutex.", "互斥量"},
		{"进了临界区。", "In the critical region.", "critical region"},
		{"这是信号量。", "This is a counter.", "semaphore"},
		{"两个线程并行。", "Two threads in parallel.", ""},
	} {
		found := strings.Join(misused(test.zh, test.en, all), "\n")
		if (found == "") != (test.want == "") || !strings.Contains(found, test.want) {
			t.Errorf("%s %s: found %q, want %q", test.zh, test.en, found, test.want)
		}
	}
}

// misused says where a text and its translation don't use the terms as they are.
func misused(zh, en string, all []source.Term) (wrong []string) {
	en = strings.ToLower(en)
	for _, term := range all {
		for _, other := range term.Avoid {
			if strings.Contains(zh, other) || strings.Contains(en, other) {
				wrong = append(wrong, fmt.Sprintf("it says %q; the course says %q and %q", other, term.Name("zh"), term.Name("en")))
			}
		}
		forms := slices.Concat(term.Also, []string{strings.ToLower(term.Name("en"))})
		says := func(form string) bool { return strings.Contains(en, form) }
		if mentions(zh, term, all) && !slices.ContainsFunc(forms, says) {
			wrong = append(wrong, fmt.Sprintf("it says %q in Chinese, and never %q in English", term.Name("zh"), term.Name("en")))
		}
	}
	return wrong
}

// mentions says that a Chinese text has the term other than as a part of a longer
// one, as 信号 in 信号量.
func mentions(text string, term source.Term, all []source.Term) bool {
	name := term.Name("zh")
	for _, other := range all {
		if longer := other.Name("zh"); longer != name && strings.Contains(longer, name) {
			text = strings.ReplaceAll(text, longer, "")
		}
	}
	return strings.Contains(text, name)
}

func TestConceptsAreTerms(t *testing.T) {
	all := terms(t)
	lessons, err := source.Lessons("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, lesson := range lessons {
		for _, e := range lesson.Exercises {
			for _, concept := range e.Concepts {
				if !slices.ContainsFunc(all, func(t source.Term) bool { return t.ID == concept }) {
					t.Errorf("%s: the concept %s is not in the glossary", e.ID, concept)
				}
			}
		}
	}
}

func TestGlossaryPagesAreCurrent(t *testing.T) {
	for _, language := range source.Languages {
		want, err := source.GlossaryPage(language)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(language, "glossary.md")); err != nil || string(got) != want {
			t.Errorf("%s/glossary.md is not what the glossary says (%v): run go generate ./lessons", language, err)
		}
	}
}
