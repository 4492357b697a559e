package engine_test

import "testing"

func TestLocksWorkWhereverTheyAre(t *testing.T) {
	n := newNotebook(t)
	n.want(`import ("fmt"; "sync")
type counter struct {
	mu sync.Mutex
	n  int
}
func (c *counter) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}
type store struct {
	sync.RWMutex
	counters [2]counter
	locks    []sync.Mutex
	byName   map[string]*sync.Mutex
	lock     *sync.Mutex
}
func (s *store) all() (n int) {
	s.RLock()
	defer s.RUnlock()
	for i := range s.counters {
		s.counters[i].mu.Lock()
		n += s.counters[i].n
		s.counters[i].mu.Unlock()
	}
	return n
}
s := &store{locks: make([]sync.Mutex, 3), byName: map[string]*sync.Mutex{"a": new(sync.Mutex)}, lock: new(sync.Mutex)}
var g sync.WaitGroup
total, more, last := 0, 0, 0
for i := range 20 {
	g.Add(1)
	go func() {
		defer g.Done()
		for range 50 {
			s.counters[i%2].add()
			s.locks[1].Lock()
			total++
			s.locks[1].Unlock()
			s.byName["a"].Lock()
			more++
			s.byName["a"].Unlock()
			(*s.lock).Lock()
			last++
			s.lock.Unlock()
			s.Lock()
			s.Unlock()
		}
	}()
}
g.Wait()
fmt.Println(s.all(), total, more, last)
func() {
	lock := s.lock.Lock
	lock()
	defer s.lock.Unlock()
	g.Add(1)
	go g.Done()
	defer g.Wait()
}()
var l sync.Locker = s.RLocker()
l.Lock()
l.Unlock()`, "1000 1000 1000 1000\n")
}
