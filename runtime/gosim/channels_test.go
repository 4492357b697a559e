package gosim_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"lockstep/runtime/gosim"
	"lockstep/runtime/internal/worldtest"
	"lockstep/runtime/sim"
)

// relay sends the numbers below n through two goroutines, and gives what arrives.
func relay(n int) (got []int) {
	from, to, stop := make(chan int), make(chan int, 1), make(chan struct{})
	var group sync.WaitGroup
	gosim.WaitGroup(&group, "group").Go(func() {
		for i := range n {
			gosim.Send(from, i, "from")
		}
		gosim.Close(from, "from")
	})
	gosim.WaitGroup(&group, "group").Go(func() {
		for v := range gosim.Received(from, "from") {
			gosim.Send(to, v, "to")
		}
		gosim.Close(stop, "stop")
	})
	for {
		switch v, end := gosim.From(to, "to"), gosim.From(stop, "stop"); gosim.Select(v, end) {
		case 0:
			got = append(got, v.Value)
		default:
			gosim.WaitGroup(&group, "group").Wait()
			if v, ok := gosim.Recv2(receiving(stop), "stop"); ok || v != struct{}{} {
				panic("a closed channel gives something")
			}
			for gosim.Len(to, "to") > 0 {
				got = append(got, gosim.Recv(to, "to"))
			}
			return got
		}
	}
}

func receiving(c chan struct{}) <-chan struct{} { return c }

func TestChannelsAreThoseOfGo(t *testing.T) {
	worldtest.Both(t, func(t *testing.T) {
		if got := relay(5); !slices.Equal(got, []int{0, 1, 2, 3, 4}) {
			t.Errorf("%v arrives", got)
		}
		var values chan any
		if i := gosim.Select(gosim.To(values, any(nil), "values"), gosim.Default); i != 1 {
			t.Errorf("a nil channel is ready: case %d", i)
		}
		values = make(chan any, 1)
		sent := gosim.Select(gosim.To(values, any(nil), "values"), gosim.Default)
		got := gosim.From(values, "values")
		if taken := gosim.Select(got); sent != 0 || taken != 0 || got.Value != nil || !got.OK {
			t.Errorf("nil is sent by case %d and received by case %d as %v, %t", sent, taken, got.Value, got.OK)
		}
	})
}

func TestALostSignalIsFound(t *testing.T) {
	r := sim.Explore(func() {
		var mu sync.Mutex
		ready, is := sync.NewCond(&mu), false
		gosim.Go(func() {
			gosim.Write(&is, true, "is")
			gosim.Cond(ready, "ready").Signal()
		})
		if !gosim.Read(&is, "is") {
			gosim.Locker(ready.L, "mu").Lock()
			gosim.Cond(ready, "ready").Wait()
			gosim.Locker(ready.L, "mu").Unlock()
		}
	}, sim.NoRaces())
	if want := "deadlock: MainThread waits for ready (Wait)"; fmt.Sprint(r.Err) != want {
		t.Errorf("it is %v, want %s", r.Err, want)
	}
}

func TestTimersGoByTheClockOfTheWorld(t *testing.T) {
	r := sim.Run(1, func() {
		late := make(chan string, 1)
		timer := gosim.AfterFunc(time.Hour, func() { gosim.Send(late, "late", "late") })
		gosim.Recv(gosim.After(time.Minute), "After")
		if !gosim.Timer(timer, "timer").Reset(time.Minute) || gosim.Recv(late, "late") != "late" {
			t.Error("the timer isn't set anew")
		}
	})
	if r.Err != nil || r.Elapsed != 2*time.Minute {
		t.Errorf("it took %v: %v", r.Elapsed, r.Err)
	}
}
