package trace

import (
	"fmt"
	"math/bits"
	"slices"
	"time"

	"lockstep/runtime/internal/grid"
)

// The measures of a timeline, in pixels.
const (
	pictureWidth = 760
	marginRight  = 22
	axisHeight   = 26
	barHeight    = 18
	holdHeight   = 13
	markHeight   = 13
	laneGap      = 6
	minStep      = 26 // of an axis of steps
	maxStep      = 96
	maxName      = 22 // columns

	// So many steps make a picture that is scrolled anyway.
	manySteps     = 100
	minStepOfMany = 18
)

// timelinePicture draws a Timeline.
type timelinePicture struct {
	Timeline
	canvas
	left, length int // of the axis
	rows         []row
	colours      map[string]int // of resources
	remarks      [][]note       // of each lane
	used         map[rune]bool  // signs of the states that the legend has to explain
}

// row is where a lane is drawn.
type row struct {
	top, bar, bottom int
	layers           []int // of the lane's holds: 0 is right under the bar
}

func newTimelinePicture(l Timeline) *timelinePicture {
	return &timelinePicture{Timeline: l, colours: map[string]int{}, used: map[rune]bool{}}
}

func (p *timelinePicture) draw() string {
	if p.empty() {
		p.width, p.height = 240, 30
		p.text("faint", 8, 20, say("nothing was recorded"))
		return p.document(p.title(), "")
	}
	lanes := p.trace.lanes[:min(len(p.trace.lanes), maxLanes)]
	p.place(lanes)
	for i := range lanes {
		if i%2 == 0 {
			p.rect("band", "", 0, p.rows[i].top, p.width, p.rows[i].bottom-p.rows[i].top)
		}
	}
	p.axis()
	for i := range lanes {
		p.lane(&lanes[i], p.rows[i])
	}
	p.marks()
	p.arrows()
	p.legend()
	return p.document(p.title(), say("Each row is a lane. The same as text follows where it is shown in a notebook."))
}

// place works out where everything goes.
func (p *timelinePicture) place(lanes []lane) {
	name := grid.Columns(p.axisName())
	for i := range lanes {
		l := &lanes[i]
		name = max(name, min(maxName, grid.Columns(l.name)), min(maxName, grid.Columns(l.process)))
		for _, h := range l.holds {
			if _, ok := p.colours[h.event.On]; !ok {
				p.colours[h.event.On] = len(p.colours)
			}
		}
	}
	p.left = 16 + name*letter
	p.width = pictureWidth
	if p.bySteps {
		_, steps := p.limits()
		least := minStep
		if steps > manySteps {
			least = minStepOfMany
		}
		each := min(maxStep, max(least, (pictureWidth-p.left-marginRight)/int(steps)))
		p.length = each * int(steps)
		p.width = max(pictureWidth/2, p.left+p.length+marginRight)
		if len(p.omissions()) > 0 {
			p.width = max(pictureWidth, p.width)
		}
	} else {
		p.length = p.width - p.left - marginRight
	}
	p.remarks = p.collect(lanes)
	y := axisHeight
	process := ""
	for i := range lanes {
		l := &lanes[i]
		var r row
		if l.process != process {
			process = l.process
			y += 16
		}
		r.top = y
		r.bar = y + laneGap + p.stack(p.remarks[i])*markHeight
		y = r.bar + barHeight
		r.layers = layers(l.holds)
		if n := len(r.layers); n > 0 {
			y += 2 + (slices.Max(r.layers)+1)*(holdHeight+1)
		}
		y += laneGap
		r.bottom = y
		p.rows = append(p.rows, r)
	}
	p.height = y
}

// layers gives each hold the first layer that is free when it begins.
func layers(holds []hold) []int {
	var free []moment // from when each layer is free
	result := make([]int, len(holds))
	for i, h := range holds {
		layer := slices.IndexFunc(free, func(m moment) bool { return m.at <= h.from.at && m.step <= h.from.step })
		if layer < 0 {
			layer = len(free)
			free = append(free, moment{})
		}
		free[layer] = h.to
		result[i] = layer
	}
	return result
}

func (p *timelinePicture) at(event int) moment {
	return moment{p.trace.events[event].At, p.trace.steps[event]}
}

func (p *timelinePicture) x(m moment) int { return p.left + p.along(m, p.length) }

func (p *timelinePicture) axis() {
	p.text("small faint", 8, axisHeight-8, p.axisName())
	from, to := p.limits()
	bottom := p.rows[len(p.rows)-1].bottom
	if p.bySteps {
		each := p.length / int(to)
		every := uint64(1)
		for every*uint64(each) < 26 {
			every++
		}
		for s := uint64(0); s < to; s++ {
			x := p.left + int(s)*each
			p.line("grid", "", x, axisHeight, x, bottom)
			if s%every == 0 {
				p.text("small faint middle", x+each/2, axisHeight-8, fmt.Sprint(s+1))
			}
		}
		return
	}
	u := unitOf(time.Duration(to))
	step := tickStep(to-from, 8)
	for v := (from + step - 1) / step * step; v <= to; v += step {
		hi, lo := bits.Mul64(v-from, uint64(p.length))
		q, _ := bits.Div64(hi, lo, to-from)
		x := p.left + int(q)
		p.line("grid", "", x, axisHeight-4, x, bottom)
		p.text("small faint middle", x, axisHeight-8, u.format(time.Duration(v)))
	}
}

func (p *timelinePicture) lane(l *lane, r row) {
	if l.process != "" && (r.top == axisHeight+16 || p.firstOfProcess(l)) {
		p.text("strong", 8, r.top-4, grid.Cut(l.process, maxName))
	}
	p.text("name", 8, r.bar+barHeight-5, grid.Cut(l.name, maxName))
	if len(l.spans)+len(l.holds) > maxShapes/len(p.rows) && !p.bySteps {
		p.blur(l, r)
		return
	}
	for i := range l.spans {
		s := &l.spans[i]
		if p.overlaps(s.from, s.to) && !p.instant(s.from, s.to) {
			x := p.x(s.from)
			p.span(l, s, r, x, max(p.x(s.to), x+1))
		}
	}
	for i := range l.holds {
		h := &l.holds[i]
		if p.overlaps(h.from, h.to) {
			p.hold(l, h, r, r.layers[i])
		}
	}
}

// maxShapes bounds, roughly, the shapes of a picture; blurWidth is the width in
// pixels of what is seen of a lane that has more than its part of them.
const (
	maxShapes = 6000
	blurWidth = 5
)

// blur draws a lane as columns, in each the state that has the largest part of it.
func (p *timelinePicture) blur(l *lane, r row) {
	states := p.stateRow(l, p.length/blurWidth)
	p.runs(states, func(sign rune, x, w int) {
		p.shape(sign, say("%s, mostly %s", l.title(), p.signName(sign)), r, x, w)
	})
	names := resources(l)
	for i, on := range names[:min(len(names), p.layerCount(r))] {
		p.runs(p.holdRow(l, on, p.length/blurWidth), func(_ rune, x, w int) {
			p.rect(p.holdClass(on), say("%s holds %s, now and then", l.title(), on), x, r.bar+barHeight+2+i*(holdHeight+1), w, holdHeight-1)
		})
	}
}

// signName says what a sign stands for.
func (p *timelinePicture) signName(sign rune) string {
	for kind, s := range signs {
		if s == sign {
			return stateName(kind)
		}
	}
	return devices(p.trace.lanes)
}

// runs calls f for each run of equal signs, with where it is drawn.
func (p *timelinePicture) runs(row []rune, f func(sign rune, x, w int)) {
	for i := 0; i < len(row); {
		j := i
		for j < len(row) && row[j] == row[i] {
			j++
		}
		if row[i] != ' ' {
			f(row[i], p.left+i*blurWidth, (j-i)*blurWidth)
		}
		i = j
	}
}

func (p *timelinePicture) layerCount(r row) int {
	if len(r.layers) == 0 {
		return 0
	}
	return slices.Max(r.layers) + 1
}

func (p *timelinePicture) holdClass(on string) string {
	return fmt.Sprintf("hold c%d", p.colours[on]%6)
}

func (p *timelinePicture) firstOfProcess(l *lane) bool {
	for i := range p.trace.lanes {
		if p.trace.lanes[i].process == l.process {
			return &p.trace.lanes[i] == l
		}
	}
	return false
}

func (p *timelinePicture) span(l *lane, s *span, r row, x1, x2 int) {
	kind := s.kind()
	title := say("%s %s, %s", l.title(), s.describe(), p.when(s.from, s.to))
	if s.open && kind == Blocked {
		title += say(", to the end")
	}
	title += since(s.event.Place)
	w := x2 - x1
	label, class := "", "small middle"
	switch kind {
	case Running:
		label, class = s.label(), "small middle on"
	case Blocked, Sleeping:
		label = s.event.On
	}
	p.shape(s.sign(), title, r, x1, w)
	if label != "" {
		if room := room(w - 4); room >= min(grid.Columns(label), 4) {
			if kind == Blocked { // on a ground that can be read
				shown := grid.Cut(label, room)
				half := (smallWidth(grid.Columns(shown)) + 4) / 2
				p.rect("ground", "", x1+w/2-half, r.bar+3, 2*half, barHeight-6)
			}
			p.text(class, x1+w/2, r.bar+barHeight-5, grid.Cut(label, room))
		}
	}
}

// shape draws a state, given by its sign: each has a shape of its own, beside its
// colour.
func (p *timelinePicture) shape(sign rune, title string, r row, x, w int) {
	p.used[sign] = true
	switch sign {
	case signs[Running]:
		if w > 3 {
			w-- // so that one can be told from the next
		}
		p.rect("running", title, x, r.bar, w, barHeight)
	case signs[Ready]:
		p.rect("ready", title, x, r.bar+5, w, barHeight-10)
	case signs[Blocked]:
		p.rect("blocked", title, x, r.bar, w, barHeight)
		p.hatch(x, r.bar, w, barHeight)
	case signs[Sleeping]:
		p.line("sleeping", title, x, r.bar+barHeight/2, x+w, r.bar+barHeight/2)
	case elsewhere:
		p.rect("device", title, x, r.bar+2, w, barHeight-4)
	}
}

// hatch draws diagonals through a rectangle.
func (p *timelinePicture) hatch(x, y, w, h int) {
	const distance = 8
	d := ""
	for start := -h + distance; start < w; start += distance {
		// From the bottom at start to the top at start+h, within 0 and w.
		x1, y1, x2, y2 := start, h, start+h, 0
		if x1 < 0 {
			x1, y1 = 0, h+start
		}
		if x2 > w {
			x2, y2 = w, start+h-w
		}
		d += fmt.Sprintf("M%d %dL%d %d", x+x1, y+y1, x+x2, y+y2)
	}
	if d != "" {
		p.path("hatch", "", d)
	}
}

func (p *timelinePicture) hold(l *lane, h *hold, r row, layer int) {
	x1, x2 := p.x(h.from), p.x(h.to)
	w := max(2, x2-x1)
	y := r.bar + barHeight + 2 + layer*(holdHeight+1)
	title := say("%s holds %s, %s", l.title(), h.event.On, p.when(h.from, h.to))
	if h.open {
		title += say(", to the end")
	}
	title += since(h.event.Place)
	p.rect(p.holdClass(h.event.On), title, x1, y, w, holdHeight-1)
	if room := room(w - 4); room >= min(grid.Columns(h.event.On), 4) {
		p.text("small", x1+4, y+holdHeight-4, grid.Cut(h.event.On, room))
	}
}

// remark is what a timeline says about an event in words.
func (p *timelinePicture) remark(e Event) string {
	switch {
	case e.Kind == Mark, e.Kind == Detail && p.bySteps:
		return e.Text
	case e.Kind == Act && p.bySteps:
		return e.Text + " " + e.On
	}
	return ""
}

// note is a remark on its way into a picture.
type note struct {
	x           int
	text, title string
	level       int // of its text: 0 is right above the bar
}

// collect returns the remarks of each lane for which there is room.
func (p *timelinePicture) collect(lanes []lane) [][]note {
	perLane := make([][]note, len(lanes))
	for i, e := range p.trace.events {
		text, lane := p.remark(e), int(e.Lane)-1
		if text == "" || lane >= len(lanes) || !p.shown(p.at(i)) {
			continue
		}
		x := p.x(p.at(i))
		if n := len(perLane[lane]); n > 0 && x < perLane[lane][n-1].x+blurWidth {
			continue
		}
		title := say("%s: %s, %s", lanes[lane].title(), text, p.when(p.at(i), p.at(i))) + since(e.Place)
		perLane[lane] = append(perLane[lane], note{x: x, text: text, title: title})
	}
	return perLane
}

// markLevels is how many texts of remarks are above each other where they are close.
const markLevels = 2

// stack gives remarks of a lane the levels of their texts, the lowest that is free
// or else the one that is so next, and returns how many there are.
func (p *timelinePicture) stack(notes []note) (levels int) {
	var ends [markLevels]int
	for i := range notes {
		n := &notes[i]
		for l := range ends {
			if ends[l] <= n.x {
				n.level = l
				break
			}
			if ends[l] < ends[n.level] {
				n.level = l
			}
		}
		ends[n.level] = n.x + smallWidth(grid.Columns(n.text)) + 4
		levels = max(levels, n.level+1)
	}
	return levels
}

func (p *timelinePicture) marks() {
	for lane, notes := range p.remarks {
		bar := p.rows[lane].bar
		for i, n := range notes {
			end := p.width
			if j := slices.IndexFunc(notes[i+1:], func(next note) bool { return next.level == n.level }); j >= 0 {
				end = notes[i+1+j].x
			}
			p.rect("mark", n.title, n.x, bar-3, 2, 6)
			room := room(end - n.x - 4)
			if room < min(grid.Columns(n.text), 4) {
				continue
			}
			if n.level > 0 { // up to its text
				p.line("grid", "", n.x, bar-3, n.x, bar-3-n.level*markHeight)
			}
			p.text("small", n.x+1, bar-5-n.level*markHeight, grid.Cut(n.text, room))
		}
	}
}

// arrows draws who began whom, and the messages.
func (p *timelinePicture) arrows() {
	sent := map[int64]int{}
	for i, e := range p.trace.events {
		if e.Kind == Send {
			sent[e.Message] = i
		}
	}
	for i, e := range p.trace.events {
		switch {
		case e.Kind == Begin && e.Peer != 0:
			p.arrow(e.Peer, p.at(i), e.Lane, p.at(i), say("%s starts %s", p.trace.lanes[e.Peer-1].title(), p.trace.lanes[e.Lane-1].title())+since(e.Place))
		case e.Kind == Receive:
			from, ok := sent[e.Message]
			if !ok {
				continue
			}
			s := p.trace.events[from]
			what := s.Text
			if what == "" {
				what = say("a message")
			}
			p.arrow(s.Lane, p.at(from), e.Lane, p.at(i), say("%s sends %s to %s", p.trace.lanes[s.Lane-1].title(), what, p.trace.lanes[e.Lane-1].title()))
		}
	}
}

func (p *timelinePicture) arrow(from Lane, start moment, to Lane, end moment, title string) {
	if from == to || int(from) > len(p.rows) || int(to) > len(p.rows) || !p.shown(start) || !p.shown(end) {
		return
	}
	a, b := p.rows[from-1], p.rows[to-1]
	y1, y2 := a.bar+barHeight, b.bar
	if from > to {
		y1, y2 = a.bar, b.bar+barHeight
	}
	x1, x2 := p.x(start), p.x(end)
	p.line("arrow", title, x1, y1, x2, y2)
	p.path("head", "", arrowHead(x1, y1, x2, y2))
}

// arrowHead returns the path of a head at (x2, y2) of an arrow from (x1, y1).
func arrowHead(x1, y1, x2, y2 int) string {
	const long, wide = 8, 4
	dx, dy := x2-x1, y2-y1
	n := max(1, isqrt(dx*dx+dy*dy))
	bx, by := x2-long*dx/n, y2-long*dy/n
	return fmt.Sprintf("M%d %dL%d %dL%d %dZ", x2, y2, bx-wide*dy/n, by+wide*dx/n, bx+wide*dy/n, by-wide*dx/n)
}

// isqrt returns the integer square root: floats round differently on different
// machines.
func isqrt(n int) int {
	if n < 2 {
		return n
	}
	x := n
	for y := (x + 1) / 2; y < x; y = (x + n/x) / 2 {
		x = y
	}
	return x
}

// legend explains what is used, below the lanes.
func (p *timelinePicture) legend() {
	x, y := 8, p.height+10
	item := func(label string, sample func(x, y int)) {
		if x+34+smallWidth(grid.Columns(label)) > p.width {
			x, y = 8, y+18
		}
		sample(x, y)
		p.text("small", x+28, y+10, label)
		x += 44 + smallWidth(grid.Columns(label))
	}
	for _, sign := range []rune{signs[Running], signs[Ready], signs[Blocked], signs[Sleeping], elsewhere} {
		if p.used[sign] {
			item(p.signName(sign), func(x, y int) { p.shape(sign, "", row{bar: y - 3}, x, 22) })
		}
	}
	if len(p.colours) > 0 {
		item(say("holding"), func(x, y int) { p.rect("hold c0", "", x, y, 22, 11) })
	}
	if x > 8 {
		y += 22
	}
	for _, line := range p.omissions() {
		p.text("small faint", 8, y+10, grid.Cut(line, room(p.width-16)))
		y += 16
	}
	p.height = y + 2
}
