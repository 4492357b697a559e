package sim

import (
	"fmt"
	"slices"

	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/internal/simworld"
	"lockstep/runtime/thread"
)

// Threads runs tasks as threads that begin together, called P1, P2 …, and returns
// when all have ended. In a simulation the caller takes no step meanwhile, so that
// the schedules are just the orders of the tasks' own steps: their beginning, what
// they do, their end. It panics if a task is nil.
func Threads(tasks ...func()) {
	for i, task := range tasks {
		if task == nil {
			panic(fmt.Sprintf("sim.Threads: task %d is nil", i+1))
		}
	}
	w, ok := scope.Current().World.(*simworld.World)
	if !ok {
		var threads []*thread.Thread
		for i, task := range tasks {
			threads = append(threads, thread.Go(task, thread.Name(name(i))))
		}
		for _, t := range threads {
			t.Join()
		}
		return
	}
	ends := make([]*sched.Monitor, len(tasks))
	ended := make([]bool, len(tasks))
	for i, task := range tasks {
		end := &sched.Monitor{}
		end.SetName(name(i))
		ends[i] = end
		err := w.Spawn(sched.NewTask(name(i), false), func() {
			defer func() {
				end.Enter(opThreadsEnd, nil)
				ended[i] = true
				w.Wake(end, 1)
				end.Exit()
			}()
			task()
		})
		if err != nil {
			panic(err)
		}
	}
	w.WaitAny(ends, opThreadsJoin, func() bool { return !slices.Contains(ended, false) }, sched.Forever)
}

func name(i int) string { return fmt.Sprintf("P%d", i+1) }

var (
	opThreadsJoin = sched.NewOp("Threads", "Join").Acquires().Stable()
	opThreadsEnd  = sched.NewOp("Thread", "End").Releases()
)
