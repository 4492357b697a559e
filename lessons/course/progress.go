package course

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"lockstep/lessons/source"
)

// Standing is how far a learner is. A notebook shows it as a table with bars.
type Standing struct {
	words    *words
	lessons  []share
	concepts []share
	rows     []row
}

// share is how much of something is done.
type share struct {
	name        string
	done, total int
}

// row is one exercise.
type row struct {
	lesson, id, title string
	tries             int
	state             string
}

// Progress returns how far the learner is, by lesson and by concept.
func Progress() Standing {
	_, language := current()
	standing, err := ProgressIn(language)
	if err != nil {
		panic(fmt.Errorf("course: %w", err))
	}
	return standing
}

// ProgressIn is Progress in a language.
func ProgressIn(language string) (Standing, error) {
	lessons, err := source.Lessons(language)
	if err != nil {
		return Standing{}, err
	}
	words := wordsOf(language)
	out := Standing{words: words}
	var now state
	note(words, func(s *state) { now = *s })
	concepts := map[string]*share{}
	for _, l := range lessons {
		if len(l.Exercises) == 0 {
			continue
		}
		one := share{name: l.Title()}
		for _, e := range l.Exercises {
			r := row{lesson: l.Title(), id: e.ID, title: e.Title(), state: words.untried}
			passed := false
			if x := now.Exercises[e.ID]; x != nil {
				r.tries, passed = x.Tries, !x.Passed.IsZero()
				switch {
				case passed:
					r.state = words.done
				case x.Tries > 0:
					r.state = words.open
				}
			}
			one.total++
			if passed {
				one.done++
			}
			for _, c := range e.Concepts {
				if concepts[c] == nil {
					concepts[c] = &share{name: source.ConceptName(c, language)}
				}
				concepts[c].total++
				if passed {
					concepts[c].done++
				}
			}
			out.rows = append(out.rows, r)
		}
		out.lessons = append(out.lessons, one)
	}
	for _, c := range concepts {
		out.concepts = append(out.concepts, *c)
	}
	slices.SortFunc(out.concepts, func(a, b share) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

func (s Standing) total() share {
	var all share
	for _, l := range s.lessons {
		all.done += l.done
		all.total += l.total
	}
	return all
}

const barWidth = 20

func (s share) bar() string {
	full := 0
	if s.total > 0 {
		full = barWidth * s.done / s.total
	}
	return strings.Repeat("█", full) + strings.Repeat("░", barWidth-full)
}

// String is the progress as text, a line a lesson and a line a concept.
func (s Standing) String() string {
	var b strings.Builder
	all := s.total()
	fmt.Fprintf(&b, s.words.total+"\n", all.done, all.total)
	section := func(heading string, shares []share) {
		width := runewidth.StringWidth(heading)
		for _, x := range shares {
			width = max(width, runewidth.StringWidth(x.name))
		}
		fmt.Fprintf(&b, "\n%s\n", heading)
		for _, x := range shares {
			fmt.Fprintf(&b, "%s  %s %d/%d\n", runewidth.FillRight(x.name, width), x.bar(), x.done, x.total)
		}
	}
	section(s.words.lesson, s.lessons)
	section(s.words.concept, s.concepts)
	return strings.TrimSuffix(b.String(), "\n")
}

// HTML is the progress as tables. Its colours are the page's own, light or dark.
func (s Standing) HTML() string {
	var b strings.Builder
	all := s.total()
	fmt.Fprintf(&b, `<div class="lockstep-progress"><p>`+html.EscapeString(s.words.total)+`</p>`, all.done, all.total)
	cell := func(tag, text string) {
		fmt.Fprintf(&b, `<%s style="text-align:left;white-space:nowrap;padding:2px 1em 2px 0">%s</%s>`, tag, html.EscapeString(text), tag)
	}
	section := func(heading string, shares []share) {
		b.WriteString(`<table style="color:inherit;border-collapse:collapse"><thead><tr>`)
		cell("th", heading)
		b.WriteString(`<th></th><th></th></tr></thead><tbody>`)
		for _, x := range shares {
			b.WriteString(`<tr>`)
			cell("td", x.name)
			fmt.Fprintf(&b, `<td><progress max="%d" value="%d">%d/%d</progress></td>`, max(x.total, 1), x.done, x.done, x.total)
			cell("td", fmt.Sprintf("%d/%d", x.done, x.total))
			b.WriteString(`</tr>`)
		}
		b.WriteString(`</tbody></table>`)
	}
	section(s.words.lesson, s.lessons)
	section(s.words.concept, s.concepts)
	fmt.Fprintf(&b, `<details><summary>%s</summary>`, html.EscapeString(s.words.each))
	b.WriteString(`<table style="color:inherit;border-collapse:collapse"><thead><tr>`)
	for _, heading := range []string{s.words.lesson, s.words.exercise, "", s.words.tries, s.words.state} {
		cell("th", heading)
	}
	b.WriteString(`</tr></thead><tbody>`)
	for _, r := range s.rows {
		b.WriteString(`<tr>`)
		for _, text := range []string{r.lesson, r.id, r.title, fmt.Sprint(r.tries), r.state} {
			cell("td", text)
		}
		b.WriteString(`</tr>`)
	}
	b.WriteString(`</tbody></table></details></div>`)
	return b.String()
}
