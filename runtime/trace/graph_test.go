package trace_test

import (
	"strings"
	"testing"
	"time"
)

func TestADeadlockIsACircle(t *testing.T) {
	g := feed(t, deadlock).WaitGraph()
	equal(t, g.String(), `
T1 waits for Mutex B since In[4]:5, held by T2 since In[4]:8  ← in the circle
T2 waits for Mutex A since In[4]:9, held by T1 since In[4]:3  ← in the circle
`)
	if !g.Deadlock() {
		t.Error("it is said to be no deadlock")
	}
	if svg := string(g.SVG()); strings.Count(svg, `"arrow cycle`) != 5 { // four and the legend
		t.Errorf("not all four edges are in the circle:\n%s", svg)
	}
}

func TestWhoWaitsForTheCircleIsNotInIt(t *testing.T) {
	g := feed(t, deadlock+`
		0 T3 Blocked on=Mutex_A place=In[5]:1
		0 M  Blocked on=T3 peer=T3 place=In[5]:2
		0 T4 Acquire on=Mutex_C place=In[5]:3
	`).WaitGraph()
	equal(t, g.String(), `
T1 waits for Mutex B since In[4]:5, held by T2 since In[4]:8  ← in the circle
T2 waits for Mutex A since In[4]:9, held by T1 since In[4]:3  ← in the circle
T3 waits for Mutex A since In[5]:1, held by T1 since In[4]:3  ← waits for the circle
M waits for T3 to end since In[5]:2  ← waits for the circle
T4 holds Mutex C since In[5]:3, nobody waits for it
`)
}

func TestWaitingForAHolderThatGoesOnIsNoDeadlock(t *testing.T) {
	tr := feed(t, twoThreads)
	equal(t, tr.WaitGraphAt(30*time.Millisecond).String(), `
T2 waits for Mutex A since In[1]:3, held by T1 since In[1]:3
`)
	equal(t, tr.WaitGraph().String(), "nobody waits")
}

func TestALockTakenTwiceByItsHolderIsACircle(t *testing.T) {
	g := feed(t, `
		0 T1 Running
		0 T1 Acquire on=Mutex
		0 T1 Blocked on=Mutex`).WaitGraph()
	equal(t, g.String(), "T1 waits for Mutex, held by itself  ← in the circle")
	if !g.Deadlock() {
		t.Error("it is said to be no deadlock")
	}
}

func TestAPermitThatMayStillComeIsNoDeadlock(t *testing.T) {
	// T1 waits for a second permit; T3, which holds the other one, goes on.
	g := feed(t, `
		0 T1 Acquire on=Semaphore
		0 T3 Acquire on=Semaphore
		0 T3 Running
		0 T1 Blocked on=Semaphore
		0 T2 Blocked on=Semaphore`).WaitGraph()
	equal(t, g.String(), `
T1 waits for Semaphore, held by itself and by T3
T2 waits for Semaphore, held by T1 and by T3
`)
	if g.Deadlock() {
		t.Error("it is said to be a deadlock")
	}
}

func TestTheGraphGivesItsFacts(t *testing.T) {
	g := feed(t, deadlock).WaitGraph()
	waits, holds := g.Waits(), g.Holds()
	if len(waits) != 2 || len(holds) != 2 {
		t.Fatalf("%d waits, %d holds", len(waits), len(holds))
	}
	if w := waits[0]; w.Lane != "T1" || w.For != "Mutex B" || w.Doing != "Lock" || w.Place != "In[4]:5" || !w.InCycle || !w.Stuck || strings.Join(w.Holders, "") != "T2" {
		t.Errorf("got %+v", w)
	}
	if h := holds[1]; h.Lane != "T2" || h.On != "Mutex B" || h.Place != "In[4]:8" {
		t.Errorf("got %+v", h)
	}
}

func TestNodesOfAGraphDoNotOverlap(t *testing.T) {
	tr := feed(t, deadlock+`
		0 T3 Blocked on=Mutex_A
		0 T4 Blocked on=Mutex_A
		0 T5 Blocked on=Mutex_B
		0 T6 Blocked on=T3 peer=T3
		0 T7 Acquire on=Mutex_C
		0 T8 Blocked on=Mutex_C
		0 T9 Blocked on=Event
		0 T10 Acquire on=Mutex_D
		0 T10 Blocked on=Mutex_D`)
	seen := map[string]bool{}
	boxes := 0
	for line := range strings.Lines(string(tr.WaitGraph().SVG())) {
		if !strings.Contains(line, `class="box`) {
			continue
		}
		boxes++
		place := line[strings.Index(line, ` x="`):strings.Index(line, ` width=`)]
		if seen[place] {
			t.Errorf("two boxes at%s", place)
		}
		seen[place] = true
	}
	if boxes != 15 {
		t.Errorf("%d boxes, want 10 lanes and 5 resources", boxes)
	}
}
