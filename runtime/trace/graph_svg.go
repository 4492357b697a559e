package trace

import (
	"slices"
	"strings"

	"lockstep/runtime/internal/grid"
)

// The measures of a graph, in pixels.
const (
	boxWidth    = 144
	boxHeight   = 44
	pitchX      = 194
	pitchY      = 92
	graphMargin = 14
)

// graphPicture draws a WaitGraph: lanes as round boxes, resources as square ones,
// on a grid.
type graphPicture struct {
	WaitGraph
	canvas
	nodes []*node
	edges []edge
	byKey map[string]*node
	taken map[[2]int]bool
}

// node is a lane or a resource.
type node struct {
	name, note string
	resource   bool
	cycle      bool
	placed     bool
	col, row   int
	outward    step // the direction in which what points to it is put
}

// step is a way on the grid.
type step struct{ col, row int }

// edge says that a lane waits for a resource or lane, or that a resource is held by
// a lane.
type edge struct {
	from, to *node
	wait     bool
	cycle    bool
	title    string
}

func newGraphPicture(g WaitGraph) *graphPicture {
	p := &graphPicture{WaitGraph: g, byKey: map[string]*node{}, taken: map[[2]int]bool{}}
	for i := range g.waits {
		w := &g.waits[i]
		n := p.lane(w.Lane)
		n.note, n.cycle = strings.TrimSpace(say("waits")+g.where(w.Place, w.Since)), w.InCycle
	}
	for i := range g.waits {
		w := &g.waits[i]
		title := say("%s waits for %s", w.Lane, w.For) + g.where(w.Place, w.Since)
		to := p.lane
		if !w.ForLane {
			to = p.resource
		}
		target := to(w.For)
		target.cycle = target.cycle || w.InCycle
		p.edges = append(p.edges, edge{p.lane(w.Lane), target, true, w.InCycle, title})
	}
	for _, h := range g.holds {
		n, lane := p.resource(h.On), p.lane(h.Lane)
		if n.note == "" {
			n.note = strings.TrimSpace(say("held") + g.where(h.Place, h.Since))
		} else {
			n.note = say("held by several")
		}
		// The lane in a circle through a resource that is in it is in that circle.
		p.edges = append(p.edges, edge{n, lane, false, n.cycle && lane.cycle, say("%s holds %s", h.Lane, h.On) + g.where(h.Place, h.Since)})
	}
	for i := range p.nodes {
		if n := p.nodes[i]; n.note == "" {
			n.note = say("goes on")
			if n.resource {
				n.note = say("held by nobody")
			}
		}
	}
	return p
}

func (p *graphPicture) lane(name string) *node     { return p.node("lane "+name, name, false) }
func (p *graphPicture) resource(name string) *node { return p.node("resource "+name, name, true) }

func (p *graphPicture) node(key, name string, resource bool) *node {
	if n := p.byKey[key]; n != nil {
		return n
	}
	n := &node{name: name, resource: resource, outward: step{0, 1}}
	p.nodes = append(p.nodes, n)
	p.byKey[key] = n
	return n
}

func (p *graphPicture) draw() string {
	if len(p.nodes) == 0 {
		p.width, p.height = 240, 30
		p.text("faint", 8, 20, say("nobody waits or holds anything"))
		return p.document(say("Wait-for graph"), p.String())
	}
	p.arrange()
	left, top, right, bottom := p.nodes[0].col, p.nodes[0].row, 0, 0
	for _, n := range p.nodes {
		left, top = min(left, n.col), min(top, n.row)
	}
	for _, n := range p.nodes {
		n.col -= left
		n.row -= top
		right, bottom = max(right, n.col), max(bottom, n.row)
	}
	p.width = max(420, 2*graphMargin+right*pitchX+boxWidth)
	p.height = 2*graphMargin + bottom*pitchY + boxHeight
	for _, e := range p.edges {
		p.edge(e)
	}
	for _, n := range p.nodes {
		p.box(n)
	}
	p.key()
	title := say("Wait-for graph")
	if p.Deadlock() {
		title = say("Wait-for graph with a circle: a deadlock")
	}
	return p.document(title, p.String())
}

// arrange gives each node a place on the grid: each circle along the sides of a
// rectangle, then what waits for none, and what points to a placed node outwards
// of it.
func (p *graphPicture) arrange() {
	for _, n := range p.nodes {
		if !n.placed && n.cycle && !n.resource {
			p.ring(p.circle(n), p.nextColumn())
			p.pullIn()
		}
	}
	for _, n := range p.nodes {
		if !n.placed && !slices.ContainsFunc(p.edges, func(e edge) bool { return e.from == n }) {
			p.put(n, p.nextColumn(), 0)
			p.pullIn()
		}
	}
	for _, n := range p.nodes { // a circle that isn't simple
		if !n.placed {
			p.put(n, p.nextColumn(), 0)
			p.pullIn()
		}
	}
}

// nextColumn returns the first column that is right of all that is placed.
func (p *graphPicture) nextColumn() int {
	col := 0
	for _, n := range p.nodes {
		if n.placed {
			col = max(col, n.col+1)
		}
	}
	return col
}

// maxColumns is the width of a ring of nodes.
const maxColumns = 4

// ring puts nodes clockwise along the sides of a rectangle with its left side at
// col, as flat as it can be.
func (p *graphPicture) ring(nodes []*node, col int) {
	cols := min((len(nodes)+1)/2, maxColumns)
	rows := max(2, 2+(len(nodes)-2*cols+1)/2)
	for i, n := range nodes {
		switch {
		case i < cols:
			p.put(n, col+i, 0)
			n.outward = step{0, -1}
		case i < cols+rows-2:
			p.put(n, col+cols-1, i-cols+1)
			n.outward = step{1, 0}
		case i < 2*cols+rows-2:
			p.put(n, col+cols-1-(i-cols-(rows-2)), rows-1)
			n.outward = step{0, 1}
		default:
			p.put(n, col, rows-2-(i-2*cols-(rows-2)))
			n.outward = step{-1, 0}
		}
	}
}

// circle follows the edges of the circle that n is in.
func (p *graphPicture) circle(n *node) []*node {
	var circle []*node
	for at := n; at != nil && !at.placed && !slices.Contains(circle, at); {
		circle = append(circle, at)
		i := slices.IndexFunc(p.edges, func(e edge) bool { return e.from == at && e.cycle })
		if i < 0 {
			break
		}
		at = p.edges[i].to
	}
	return circle
}

// pullIn places all that points to placed nodes, directly or not.
func (p *graphPicture) pullIn() {
	for changed := true; changed; {
		changed = false
		for _, e := range p.edges {
			if e.to.placed && !e.from.placed {
				p.putNear(e.from, e.to)
				changed = true
			}
		}
	}
}

// putNear puts n on the free place outwards of to that is nearest to it.
func (p *graphPicture) putNear(n, to *node) {
	n.outward = to.outward
	along := step{1, 0}
	if to.outward.row == 0 {
		along = step{0, 1}
	}
	col, row := to.col+to.outward.col, to.row+to.outward.row
	for d := 0; ; d++ {
		for _, way := range []int{d, -d} {
			if at := [2]int{col + way*along.col, row + way*along.row}; !p.taken[at] {
				p.put(n, at[0], at[1])
				return
			}
		}
	}
}

func (p *graphPicture) put(n *node, col, row int) {
	n.col, n.row, n.placed = col, row, true
	p.taken[[2]int{col, row}] = true
}

func (n *node) x() int { return graphMargin + n.col*pitchX }
func (n *node) y() int { return graphMargin + n.row*pitchY }

func (p *graphPicture) box(n *node) {
	class := "box"
	if n.cycle {
		class = "box cycle"
	}
	radius := 0
	if !n.resource {
		radius = boxHeight / 2
	}
	p.element("rect", n.name+" "+n.note, attr{"class", class}, num("x", n.x()), num("y", n.y()),
		num("width", boxWidth), num("height", boxHeight), num("rx", radius))
	p.text("strong middle", n.x()+boxWidth/2, n.y()+18, grid.Cut(n.name, boxWidth/letter-3))
	p.text("small middle faint", n.x()+boxWidth/2, n.y()+33, grid.Cut(n.note, room(boxWidth)-1))
}

// edge draws an arrow from one box to the other, beside that in the other
// direction if there is one.
func (p *graphPicture) edge(e edge) {
	x1, y1 := e.from.x()+boxWidth/2, e.from.y()+boxHeight/2
	x2, y2 := e.to.x()+boxWidth/2, e.to.y()+boxHeight/2
	if slices.ContainsFunc(p.edges, func(o edge) bool { return o.from == e.to && o.to == e.from }) {
		dx, dy := x2-x1, y2-y1
		n := max(1, isqrt(dx*dx+dy*dy))
		const aside = 12
		x1, x2 = x1-aside*dy/n, x2-aside*dy/n
		y1, y2 = y1+aside*dx/n, y2+aside*dx/n
	}
	sx, sy := leave(x1, y1, x2, y2, e.from)
	tx, ty := leave(x2, y2, x1, y1, e.to)
	class, head := "arrow", "head"
	if e.cycle {
		class, head = "arrow cycle", "cyclehead"
	}
	if e.wait {
		class += " dashed"
	}
	p.line(class, e.title, sx, sy, tx, ty)
	p.path(head, "", arrowHead(sx, sy, tx, ty))
}

// leave returns where the line from (x1, y1), inside n, to (x2, y2) leaves n's box,
// a little outside of it.
func leave(x1, y1, x2, y2 int, n *node) (x, y int) {
	const gap = 2
	left, right := x1-(n.x()-gap), n.x()+boxWidth+gap-x1
	up, down := y1-(n.y()-gap), n.y()+boxHeight+gap-y1
	dx, dy := x2-x1, y2-y1
	toX, toY := right, down
	if dx < 0 {
		toX = left
	}
	if dy < 0 {
		toY = up
	}
	ax, ay := max(dx, -dx), max(dy, -dy)
	if ax == 0 && ay == 0 {
		return x1, y1
	}
	// The side that is reached first: compare toX/ax with toY/ay.
	if ay == 0 || ax != 0 && toX*ay <= toY*ax {
		return x1 + toX*dx/ax, y1 + toX*dy/ax
	}
	return x1 + toY*dx/ay, y1 + toY*dy/ay
}

// key explains the arrows.
func (p *graphPicture) key() {
	x, y := graphMargin, p.height+4
	item := func(class, head, label string) {
		p.line(class, "", x, y, x+26, y)
		p.path(head, "", arrowHead(x, y, x+26, y))
		p.text("small", x+32, y+4, label)
		x += 50 + smallWidth(grid.Columns(label))
	}
	item("arrow dashed", "head", say("waits for"))
	item("arrow", "head", say("is held by"))
	if p.Deadlock() {
		item("arrow cycle", "cyclehead", say("in the circle"))
	}
	y += 16
	for _, line := range p.notes {
		p.text("small faint", graphMargin, y+4, grid.Cut(line, room(p.width-2*graphMargin)))
		y += 16
	}
	p.height = y
}
