package main

import (
	"errors"
	"fmt"

	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

type Account struct {
	Owner   string
	Balance int
}

func transfer(account *sim.Var[Account], mu *thread.Mutex) func() {
	take := func() {
		if mu != nil {
			mu.Lock()
			defer mu.Unlock()
		}
		a := account.Load()
		a.Balance -= 10
		account.Store(a)
	}
	return func() { sim.Threads(take, take) }
}

func main() {
	for _, locked := range []bool{false, true} {
		var account *sim.Var[Account]
		body := func() {
			account = sim.NewVar("account", Account{"Ann", 100})
			var mu *thread.Mutex
			if locked {
				mu = thread.NewMutex("of the account")
			}
			transfer(account, mu)()
		}
		check := sim.Check(func() error {
			if got := account.Load().Balance; got != 80 {
				return fmt.Errorf("%d are left, want 80", got)
			}
			return nil
		})
		r := sim.Explore(body, check)
		fmt.Println(r.Explored.Schedules, r.Explored.Failing, r.Explored.Racing, r.Proved(), r.Explored.Failures)
		var race *sim.RaceError
		fmt.Println(errors.As(r.Err, &race), r.Schedule)
		again := sim.Replay(r.Schedule, body, check)
		fmt.Println(again.Hash == r.Hash, again.OK())
	}
	names := sim.NewVar[fmt.Stringer]("names", nil)
	fmt.Println(names.Load() == nil)
	counts := sim.NewVar("counts", map[string]int{"a": 1})
	counts.Update(func(m map[string]int) map[string]int { m["b"] = 2; return m })
	fmt.Println(counts.Load())
}
