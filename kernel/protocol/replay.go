package protocol

import (
	"crypto/sha256"
	"sync"
)

// replayMemory is how many signatures are remembered, as in jupyter_client. A
// message can be replayed once so many newer ones have come.
const replayMemory = 1 << 16

// replayGuard remembers the newest signatures. Its zero value is ready to use.
type replayGuard struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]struct{}
	ring  [][sha256.Size]byte // in order of arrival, from next on once it is full
	next  int
}

// add reports whether the signature is new, and remembers it.
func (g *replayGuard) add(signature [sha256.Size]byte) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, seen := g.known[signature]; seen {
		return false
	}
	if g.known == nil {
		g.known = make(map[[sha256.Size]byte]struct{})
	}
	g.known[signature] = struct{}{}
	if len(g.ring) < replayMemory {
		g.ring = append(g.ring, signature)
		return true
	}
	delete(g.known, g.ring[g.next])
	g.ring[g.next] = signature
	g.next = (g.next + 1) % replayMemory
	return true
}
