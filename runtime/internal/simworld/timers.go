package simworld

import "container/heap"

// timers is a heap of the coroutines that wait for a time, the earliest first.
type timers []*coroutine

func (t timers) Len() int { return len(t) }

func (t timers) Less(i, j int) bool {
	if t[i].deadline != t[j].deadline {
		return t[i].deadline < t[j].deadline
	}
	return t[i].num < t[j].num
}

func (t timers) Swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].timer, t[j].timer = i, j
}

// Push is for container/heap.
func (t *timers) Push(x any) {
	c := x.(*coroutine)
	c.timer = len(*t)
	*t = append(*t, c)
}

// Pop is for container/heap.
func (t *timers) Pop() any {
	last := len(*t) - 1
	c := (*t)[last]
	(*t)[last] = nil
	*t = (*t)[:last]
	c.timer = -1
	return c
}

func (t *timers) add(c *coroutine) { heap.Push(t, c) }

func (t *timers) remove(c *coroutine) {
	if c.timer >= 0 {
		heap.Remove(t, c.timer)
	}
}
