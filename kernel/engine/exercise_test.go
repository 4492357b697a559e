package engine_test

import (
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
)

func TestExercisesAreCheckedWithWhatTheCellsDeclare(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`import "lockstep/lessons/course"
course.Lesson("25-lock-vs-join", "en")`).OK()
	k.Execute(`course.Check("join-1")`).Fails(execution.CompileError, "join-1 can't be checked: undefined: mu")
	k.Execute(`import "time"
import "lockstep/runtime/thread"
var mu thread.Mutex
func startAll(n int, task func()) {
	var all []*thread.Thread
	for range n { all = append(all, thread.Go(task)) }
	for _, t := range all { t.Join() }
}
func oneByOne(n int, task func()) { for range n { thread.Go(task).Join() } }`).OK()
	k.Execute("lockAnswer, joinAnswer := 6*time.Second, 6*time.Second\n" +
		`course.Check("join-1")`).Stdout("not yet: join-1: one after the other it is not 6s\n").OK()
	k.Execute(`joinAnswer = 12 * time.Second; course.Check("join-1")`).Stdout("passed: join-1\n").OK()
	// The check has the types that it was written for, or says what it misses.
	// Answering anew calls for no note on the check, which its cell makes anew.
	k.Execute(`lockAnswer := "six"`).Stderr("").OK()
	k.Execute(`course.Check("join-1")`).Fails(execution.CompileError, "join-1 can't be checked: ")
}

// The code of a check is hidden: what it does stands where it is called, and not
// where the answer was when it last returned to the check.
func TestWhatACheckDoesStandsWhereItIsCalled(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`import "lockstep/lessons/course"
course.Lesson("20-shared-memory", "en")`).OK()
	k.Execute(`type accounts struct{ a, b int }
func (x *accounts) move(k int) { x.a -= k; x.b += k }
func (x *accounts) total() int { return x.a + x.b }`).OK()
	k.Execute("\ncourse.Check(\"memory-3\")").Displays("text/plain", "waits for P1 and P2  In[3]:2").OK()
}

func TestAnExerciseIsNamedByALiteralOfTheCourse(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`import "lockstep/lessons/course"`).OK()
	k.Execute(`course.Check("join-99")`).Fails(execution.CompileError, `line 1:14: there is no exercise "join-99"; there is join-1, join-2, join-3`)
	k.Execute("id := \"join-1\"\ncourse.Check(id)").Fails(execution.CompileError, "line 2:14: the exercise must be named by a string literal")
}

// The course goes on in the lesson's language where a new worker has taken over,
// in a subshell and in child processes.
func TestTheLanguageOfALessonOutlivesItsWorker(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`import ("fmt"; "os"; "lockstep/lessons/course"; "lockstep/runtime/display"; "lockstep/runtime/process"; "lockstep/runtime/sim"; "lockstep/runtime/thread")
course.Lesson("25-lock-vs-join", "zh")`).OK()
	k.Execute(`func stuck() { var mu thread.Mutex; mu.Lock(); mu.Lock() }
func child() { fmt.Println(display.Language()) }
fmt.Println(sim.Run(1, stuck).Err)`).Stdout("死锁：MainThread 在等 Mutex-1，而它就由自己持有（Lock）\n").OK()
	k.Execute(`process.Start(child).Join()`).Stdout("zh\n").OK()
	k.Subshell().Execute(`fmt.Println(display.Language())`).Stdout("zh\n").OK()
	k.Execute(`os.Exit(1)`).Fails(execution.WorkerDied, "")
	k.Execute(`fmt.Println(sim.Run(1, stuck).Err)`).Stdout("死锁：MainThread 在等 Mutex-1，而它就由自己持有（Lock）\n").OK()
	k.Execute(`course.Hint("join-1")`).Displays("text/markdown", "提示").OK()
}
