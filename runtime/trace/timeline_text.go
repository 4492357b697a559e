package trace

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lockstep/runtime/internal/grid"
)

// textWidth is the number of columns of an axis in text; maxFacts bounds the
// number of lines below it.
const (
	textWidth = 72
	maxFacts  = 60
)

var signs = map[Kind]rune{Ready: '░', Running: '█', Blocked: 'x', Sleeping: '·'}

// stateName is what a state is called below a timeline.
func stateName(kind Kind) string {
	switch kind {
	case Ready:
		return say("ready")
	case Running:
		return say("running")
	case Blocked:
		return say("blocked")
	}
	return say("sleeping")
}

// elsewhere is the sign of a lane that sleeps at a device.
const elsewhere = '~'

// sign returns what stands for a state.
func (s *span) sign() rune {
	if s.event.Kind == Sleeping && s.event.On != "" {
		return elsewhere
	}
	return signs[s.kind()]
}

// kind returns the state: a lane that begins is ready.
func (s *span) kind() Kind {
	if s.event.Kind == Begin {
		return Ready
	}
	return s.event.Kind
}

// devices returns at what some lanes sleep, in the order of the lanes.
func devices(lanes []lane) string {
	var names []string
	for i := range lanes {
		for _, s := range lanes[i].spans {
			if on := s.event.On; s.event.Kind == Sleeping && on != "" && s.from != s.to && !slices.Contains(names, on) {
				names = append(names, on)
			}
		}
	}
	return grid.Cut(strings.Join(names, say(", ")), 40)
}

// String returns the timeline as text for a terminal, without a line feed at the
// end: a row a lane, below it one for each resource that it held, and then who
// waited for what and held what, and where in the code.
func (l Timeline) String() string {
	if l.empty() {
		return say("nothing was recorded")
	}
	lanes := l.trace.lanes[:min(len(l.trace.lanes), maxLanes)]
	length := textWidth
	if l.bySteps {
		_, steps := l.limits()
		length = int(steps) * max(1, min(4, textWidth/int(steps)))
	}
	name := grid.Columns(l.axisName())
	for i := range lanes {
		name = max(name, min(maxName, grid.Columns(lanes[i].title())))
		for _, h := range lanes[i].holds {
			name = max(name, min(maxName, 2+grid.Columns(h.event.On)))
		}
	}
	var b strings.Builder
	b.WriteString(l.textAxis(name, length))
	used := map[rune]bool{}
	for i := range lanes {
		line := &lanes[i]
		row := l.stateRow(line, length)
		for _, sign := range row {
			used[sign] = true
		}
		l.label(line, row)
		fmt.Fprintf(&b, "%s  %s\n", grid.Pad(grid.Cut(line.title(), name), name), rowText(row))
		for _, on := range resources(line) {
			used['='] = true
			fmt.Fprintf(&b, "%s  %s\n", grid.Pad("  "+grid.Cut(on, name-2), name), rowText(l.holdRow(line, on, length)))
		}
	}
	var legend []string
	for _, kind := range []Kind{Running, Ready, Blocked, Sleeping} {
		if sign := signs[kind]; used[sign] {
			legend = append(legend, string(sign)+" "+stateName(kind))
		}
	}
	if used[elsewhere] {
		legend = append(legend, string(elsewhere)+" "+devices(lanes))
	}
	if used['='] {
		legend = append(legend, "= "+say("holding"))
	}
	b.WriteString(grid.Pad("", name) + "  " + strings.Join(legend, "  "))
	for _, line := range append(l.facts(lanes), l.omissions()...) {
		b.WriteString("\n" + line)
	}
	return b.String()
}

// textAxis returns the line of the axis.
func (l Timeline) textAxis(name, length int) string {
	from, to := l.limits()
	row := []rune(strings.Repeat(" ", length+12))
	put := func(at int, text string) {
		if at > 0 && row[at-1] != ' ' {
			return
		}
		for i, r := range []rune(text) {
			if at+i < len(row) {
				row[at+i] = r
			}
		}
	}
	if l.bySteps {
		each := length / int(to)
		for s := 0; s < int(to); s++ {
			if at := s * each; s == 0 || (s+1)%5 == 0 {
				put(at, fmt.Sprint(s+1))
			}
		}
	} else {
		u := unitOf(time.Duration(to))
		step := tickStep(to-from, 8)
		for v := (from + step - 1) / step * step; v <= to; v += step {
			put(l.along(moment{at: time.Duration(v)}, length), u.format(time.Duration(v)))
		}
	}
	return grid.Pad(l.axisName(), name) + "  " + strings.TrimRight(string(row), " ") + "\n"
}

// stateRow returns the signs of the states of a lane: in each column that of the
// state which has the largest part of it.
func (l Timeline) stateRow(line *lane, length int) []rune {
	// Each column is divided into parts, to find out what has most of it.
	const parts = 8
	best := make([]int, length)
	row := []rune(strings.Repeat(" ", length))
	share := map[int]map[rune]int{}
	for i := range line.spans {
		s := &line.spans[i]
		if !l.overlaps(s.from, s.to) {
			continue
		}
		sign := s.sign()
		a, z := l.along(s.from, length*parts), l.along(s.to, length*parts)
		for col := a / parts; col < length && col*parts < z; col++ {
			if share[col] == nil {
				share[col] = map[rune]int{}
			}
			part := min(z, (col+1)*parts) - max(a, col*parts)
			share[col][sign] += part
			if share[col][sign] > best[col] {
				best[col], row[col] = share[col][sign], sign
			}
		}
	}
	return row
}

// covered is in a row where a wide letter takes the place.
const covered = -1

// label writes what lanes run, or on which processor, into their rows where there is
// room for it.
func (l Timeline) label(line *lane, row []rune) {
	for i := range line.spans {
		s := &line.spans[i]
		if s.event.Kind != Running || !l.overlaps(s.from, s.to) {
			continue
		}
		from, to := l.along(s.from, len(row)), l.along(s.to, len(row))
		text := s.label()
		if room := to - from - 1; text == "" || room < min(grid.Columns(text), 3) {
			continue
		} else {
			text = grid.Cut(text, room)
		}
		at := from + 1
		for _, r := range text {
			row[at] = r
			for n := 1; n < grid.RuneColumns(r); n++ {
				row[at+n] = covered
			}
			at += grid.RuneColumns(r)
		}
	}
}

// label is what is written into a running lane.
func (s *span) label() string {
	if s.event.Text != "" {
		return s.event.Text
	}
	return s.event.On
}

func rowText(row []rune) string {
	row = slices.DeleteFunc(row, func(r rune) bool { return r == covered })
	return strings.TrimRight(string(row), " ")
}

// holdRow marks when a lane held a resource, at least by one column.
func (l Timeline) holdRow(line *lane, on string, length int) []rune {
	row := []rune(strings.Repeat(" ", length))
	for _, h := range line.holds {
		if h.event.On != on || !l.overlaps(h.from, h.to) {
			continue
		}
		from := min(l.along(h.from, length), length-1)
		for col := from; col < max(l.along(h.to, length), from+1); col++ {
			row[col] = '='
		}
	}
	return row
}

// resources returns what a lane held, in the order in which it first did.
func resources(line *lane) []string {
	var names []string
	for _, h := range line.holds {
		if !slices.Contains(names, h.event.On) {
			names = append(names, h.event.On)
		}
	}
	return names
}

// facts returns what the rows can't show, in order of time.
func (l Timeline) facts(lanes []lane) []string {
	type fact struct {
		at    moment
		words string
	}
	var facts []fact
	add := func(line *lane, from, to moment, words, place string, toTheEnd bool) {
		if !l.overlaps(from, to) {
			return
		}
		when := l.when(from, to)
		if toTheEnd {
			when += say(", to the end")
		}
		facts = append(facts, fact{from, say("%s %s: %s", line.title(), words, when) + since(place)})
	}
	for i := range lanes {
		line := &lanes[i]
		for j := range line.spans {
			s := &line.spans[j]
			if !l.instant(s.from, s.to) && (s.event.Kind == Blocked || s.sign() == elsewhere || s.event.Kind == Running && s.event.Text != "") {
				add(line, s.from, s.to, s.describe(), s.event.Place, s.open)
			}
		}
		for _, h := range line.holds {
			add(line, h.from, h.to, say("holds %s", h.event.On), h.event.Place, h.open)
		}
	}
	for i, e := range l.trace.events {
		at := moment{e.At, l.trace.steps[i]}
		if (e.Kind == Mark || e.Kind == Detail && l.bySteps) && int(e.Lane) <= len(lanes) && l.shown(at) {
			facts = append(facts, fact{at, say("%s: %s: %s", lanes[e.Lane-1].title(), e.Text, l.when(at, at)) + since(e.Place)})
		}
	}
	slices.SortStableFunc(facts, func(a, b fact) int {
		if a.at.at != b.at.at {
			return int(min(1, max(-1, a.at.at-b.at.at)))
		}
		return a.at.step - b.at.step
	})
	var lines []string
	for i, f := range facts {
		if i == maxFacts {
			lines = append(lines, say("… and %d more", len(facts)-maxFacts))
			break
		}
		lines = append(lines, f.words)
	}
	return lines
}
