package kerneltest

import (
	"slices"
	"sync"
	"time"
)

// board is a list that grows and can be waited for. Its zero value is ready to use.
type board[T any] struct {
	mu      sync.Mutex
	items   []T
	changed chan struct{} // closed at the next add; nil while nobody waits
}

func (b *board[T]) add(item T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.items = append(b.items, item)
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
}

func (b *board[T]) all() []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.items)
}

// await waits until the items are as wanted, for up to Patience. It returns them,
// and whether they are.
func (b *board[T]) await(wanted func([]T) bool) ([]T, bool) {
	timeout := time.NewTimer(Patience)
	defer timeout.Stop()
	for {
		b.mu.Lock()
		items := slices.Clone(b.items)
		if wanted(items) {
			b.mu.Unlock()
			return items, true
		}
		if b.changed == nil {
			b.changed = make(chan struct{})
		}
		changed := b.changed
		b.mu.Unlock()
		select {
		case <-changed:
		case <-timeout.C:
			return items, false
		}
	}
}
