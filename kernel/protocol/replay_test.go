package protocol

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"
)

func TestReplayMemoryIsBoundedAndForgetsTheOldest(t *testing.T) {
	var guard replayGuard
	signature := func(i int) (s [sha256.Size]byte) {
		binary.BigEndian.PutUint64(s[:], uint64(i))
		return s
	}
	const n = replayMemory + 10
	for i := range n {
		if !guard.add(signature(i)) {
			t.Fatalf("signature %d is called a replay", i)
		}
	}
	if len(guard.known) != replayMemory || len(guard.ring) != replayMemory {
		t.Errorf("%d signatures in the map and %d in the ring, want %d", len(guard.known), len(guard.ring), replayMemory)
	}
	if guard.add(signature(n-1)) || guard.add(signature(10)) {
		t.Error("a remembered signature is called new")
	}
	if !guard.add(signature(9)) {
		t.Error("the oldest signature isn't forgotten")
	}
}
