package trace

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lockstep/runtime/display"
)

// WaitGraph shows at one moment which lane waits for what, and who holds that: a
// resource allocation graph (Holt, "Some Deadlock Properties of Computer Systems",
// 1972; OSTEP chapter 32). A notebook shows it as a picture; it prints as text.
type WaitGraph struct {
	waits []Wait
	holds []Held
	at    time.Duration
	notes []string
}

// Wait is a lane that waits.
type Wait struct {
	Lane    string        // its name
	For     string        // the resource, or the lane whose end it waits for
	ForLane bool          // For is a lane
	Doing   string        // the operation in which it waits, such as "Lock"; may be empty
	Holders []string      // the lanes that hold the resource; a lane holds its own end
	Since   time.Duration // from the beginning of the trace
	Place   string        // where in the code it waits; may be empty
	InCycle bool          // it waits for one that, in the end, waits for it, and nobody can help
	Stuck   bool          // all that it waits for are stuck too, or in a cycle
	lane    int
	holders []int
}

// Held is a resource that a lane holds.
type Held struct {
	Lane  string
	On    string
	Since time.Duration
	Place string // where in the code it was acquired; may be empty
	lane  int
}

// WaitGraph returns the graph at the end of the trace.
func (t *Trace) WaitGraph() WaitGraph { return t.graph(t.elapsed, true) }

// WaitGraphAt returns the graph as it was when d had passed.
func (t *Trace) WaitGraphAt(d time.Duration) WaitGraph { return t.graph(d, d >= t.elapsed) }

func (t *Trace) graph(at time.Duration, end bool) WaitGraph {
	g := WaitGraph{at: at, notes: t.complaints()}
	current := func(from, to moment, open bool) bool {
		return from.at <= at && (at < to.at || open && end)
	}
	titles := t.titles()
	for i := range t.lanes {
		for _, h := range t.lanes[i].holds {
			if current(h.from, h.to, h.open) {
				g.holds = append(g.holds, Held{Lane: titles[i], On: h.event.On, Since: h.from.at, Place: h.event.Place, lane: i})
			}
		}
	}
	for i := range t.lanes {
		for _, s := range t.lanes[i].spans {
			if s.event.Kind != Blocked || !current(s.from, s.to, s.open) {
				continue
			}
			w := Wait{Lane: titles[i], For: s.event.On, Doing: s.event.Text, Since: s.from.at, Place: s.event.Place, lane: i}
			if peer := int(s.event.Peer) - 1; peer >= 0 {
				w.For, w.ForLane, w.holders = titles[peer], true, []int{peer}
			} else {
				for _, h := range g.holds {
					if h.On == w.For {
						w.holders = append(w.holders, h.lane)
					}
				}
			}
			for _, h := range w.holders {
				w.Holders = append(w.Holders, titles[h])
			}
			g.waits = append(g.waits, w)
		}
	}
	g.judge()
	return g
}

// titles returns the names of the lanes, made different where they are not.
func (t *Trace) titles() []string {
	count := map[string]int{}
	var titles []string
	for i := range t.lanes {
		title := t.lanes[i].title()
		if count[title]++; count[title] > 1 {
			title = fmt.Sprintf("%s (%d)", title, count[title])
		}
		titles = append(titles, title)
	}
	return titles
}

// judge finds out who is stuck, and who is so in a cycle.
func (g *WaitGraph) judge() {
	of := map[int]*Wait{}
	for i := range g.waits {
		w := &g.waits[i]
		w.Stuck = len(w.holders) > 0
		of[w.lane] = w
	}
	// A lane that has anyone to hope for isn't stuck; what is left at the end is.
	for changed := true; changed; {
		changed = false
		for i := range g.waits {
			w := &g.waits[i]
			if w.Stuck && slices.ContainsFunc(w.holders, func(h int) bool { return of[h] == nil || !of[h].Stuck }) {
				w.Stuck, changed = false, true
			}
		}
	}
	for i := range g.waits {
		w := &g.waits[i]
		w.InCycle = w.Stuck && reaches(of, w.lane)
	}
}

// reaches reports whether the lane waits for itself in the end.
func reaches(of map[int]*Wait, lane int) bool {
	seen := map[int]bool{}
	next := slices.Clone(of[lane].holders)
	for len(next) > 0 {
		l := next[0]
		next = next[1:]
		if l == lane {
			return true
		}
		if w := of[l]; w != nil && !seen[l] {
			seen[l] = true
			next = append(next, w.holders...)
		}
	}
	return false
}

// Waits returns the lanes that wait, in the order of the pictures.
func (g WaitGraph) Waits() []Wait { return slices.Clone(g.waits) }

// Holds returns what is held, in the order of the lanes.
func (g WaitGraph) Holds() []Held { return slices.Clone(g.holds) }

// Deadlock reports whether some lanes wait for each other in a circle, so that none
// of them can ever go on.
func (g WaitGraph) Deadlock() bool {
	return slices.ContainsFunc(g.waits, func(w Wait) bool { return w.InCycle })
}

// String returns the graph as lines of text, without a line feed at the end.
func (g WaitGraph) String() string {
	var lines []string
	for _, w := range g.waits {
		line := say("%s waits for %s", w.Lane, w.For)
		if w.ForLane {
			line = say("%s waits for %s to end", w.Lane, w.For)
		}
		line += g.where(w.Place, w.Since)
		for i, holder := range w.Holders {
			if w.ForLane {
				continue
			}
			if holder == w.Lane {
				holder = say("itself")
			}
			if i > 0 {
				line += say(" and by %s", holder)
			} else {
				line += say(", held by %s", holder)
			}
			for _, h := range g.holds {
				if h.lane == w.holders[i] && h.On == w.For {
					line += g.where(h.Place, h.Since)
				}
			}
		}
		switch {
		case w.InCycle:
			line += "  ← " + say("in the circle")
		case w.Stuck:
			line += "  ← " + say("waits for the circle")
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		lines = append(lines, say("nobody waits"))
	}
	for _, h := range g.holds {
		if !slices.ContainsFunc(g.waits, func(w Wait) bool { return !w.ForLane && w.For == h.On }) {
			lines = append(lines, say("%s holds %s", h.Lane, h.On)+g.where(h.Place, h.Since)+say(", nobody waits for it"))
		}
	}
	return strings.Join(append(lines, g.notes...), "\n")
}

// where says since when, by a place in the code if it is known.
func (g WaitGraph) where(place string, since time.Duration) string {
	if place != "" {
		return say(" since %s", place)
	}
	if g.at == 0 {
		return ""
	}
	u := unitOf(g.at)
	return say(" since %s", u.format(since)+" "+u.name)
}

// HTML returns the picture for a notebook, in the colours of its theme.
func (g WaitGraph) HTML() string { return page(string(g.SVG()), g.String()) }

// SVG returns the picture as a file of its own.
func (g WaitGraph) SVG() display.SVG { return display.SVG(newGraphPicture(g).draw()) }
