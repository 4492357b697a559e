package supervisor

import (
	"fmt"

	"lockstep/kernel/execution"
)

// maxPairs is how many cells may keep their own pipes because goroutines of
// them still run. One more takes the pipes of the cell that has them longest.
const maxPairs = 32

// cell is a cell of a worker: the running one, or an earlier one of which
// something may still come.
type cell struct {
	number int
	pair   *pair
	sink   *sink
}

// pool hands pairs of pipes to cells. Its user guards it.
type pool struct {
	pairs []*pair
	free  []*pair // the last one is used first, so that successive cells share it
	busy  []*cell // the cells that hold a pair, the oldest first
	token string
}

// take gives the cell a pair. The first text says where late output of another
// cell goes, "" if that is not touched.
func (p *pool) take(c *cell) (notice string, err error) {
	switch {
	case len(p.free) > 0:
		c.pair = p.free[len(p.free)-1]
		p.free = p.free[:len(p.free)-1]
		c.pair.to(c.sink)
	case len(p.pairs) < maxPairs:
		if c.pair, err = newPair(len(p.pairs)); err != nil {
			return "", err
		}
		p.pairs = append(p.pairs, c.pair)
		c.pair.begin(p.token, c.sink)
	default:
		oldest := p.busy[0]
		p.busy = p.busy[1:]
		c.pair = oldest.pair
		c.pair.to(c.sink)
		notice = fmt.Sprintf("%d cells have goroutines that still run; what those of In[%d] print appears here from now on.\n", maxPairs, oldest.number)
	}
	c.pair.users[c.number] = true
	p.busy = append(p.busy, c)
	return notice, nil
}

// release says that nothing of a cell runs any more. It does nothing for a cell
// that holds no pair.
func (p *pool) release(number int) {
	for _, pair := range p.pairs {
		if !pair.users[number] {
			continue
		}
		delete(pair.users, number)
		if len(pair.users) == 0 {
			p.free = append(p.free, pair)
		}
	}
	for i, c := range p.busy {
		if c.number == number {
			p.busy = append(p.busy[:i:i], p.busy[i+1:]...)
			break
		}
	}
}

// notify tells the user of a cell about its output.
func notify(to *sink, notice string) {
	if notice != "" {
		to.stream(execution.Stderr, notice)
	}
}
