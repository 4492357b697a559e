package engine_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/execution"
)

func TestADeadlockIsTold(t *testing.T) {
	tests := []struct {
		name, code string
		table      []string
	}{
		{"receive", "c := make(chan int)\n<-c", []string{"main: chan receive at In[2]:2:1"}},
		{"send in a function", "func f(c chan int) {\n\tc <- 1\n}\nf(make(chan int))", []string{"main: chan send at In[2]:2:2"}},
		{"empty select", "select {}", []string{"main: select at In[2]:1:1"}},
		{"range of a goroutine", "c, d := make(chan int), make(chan int)\ngo func() {\n\tfor range c {\n\t}\n}()\nc <- 1\n<-d",
			[]string{"main: chan receive at In[2]:7:1", "goroutine started at In[2]:2:1: chan receive at In[2]:3:12"}},
		{"Mutex", "import \"sync\"\nvar m sync.Mutex\nm.Lock()\nm.Lock()", []string{"main: Mutex.Lock at In[2]:4:1, locked by main at In[2]:3:1"}},
		{"RWMutex", "import \"sync\"\nvar m sync.RWMutex\nm.RLock()\nm.Lock()", []string{"main: RWMutex.Lock at In[2]:4:1"}},
		{"embedded", "import \"sync\"\ntype T struct { sync.RWMutex }\nt := new(T)\nt.Lock()\nt.RLock()", []string{"main: RWMutex.RLock at In[2]:5:1, locked by main at In[2]:4:1"}},
		{"WaitGroup", "import \"sync\"\nvar g sync.WaitGroup\ng.Add(1)\ng.Wait()", []string{"main: WaitGroup.Wait at In[2]:4:1"}},
		{"Cond", "import \"sync\"\nc := sync.NewCond(new(sync.Mutex))\nc.L.Lock()\nc.Wait()", []string{"main: Cond.Wait at In[2]:4:1"}},
		{"after a sleep", "import \"time\"\nc := make(chan int)\ngo time.Sleep(300 * time.Millisecond)\n<-c", []string{"main: chan receive at In[2]:4:1"}},
		{"threads", `import "lockstep/runtime/thread"
a, b := thread.NewMutex("A"), thread.NewMutex("B")
a.Lock()
t := thread.Go(func() {
	b.Lock()
	a.Lock()
})
t.Join()`, []string{"main: Join of Thread-1 at In[2]:8:1", "Thread-1: Lock of Mutex A at In[2]:6:2"}},
		{"two locks", `import "sync"
var a, b sync.Mutex
var g, both sync.WaitGroup
lock := func(x, y *sync.Mutex) {
	defer g.Done()
	x.Lock()
	defer x.Unlock()
	both.Done()
	both.Wait()
	y.Lock()
	defer y.Unlock()
}
g.Add(2)
both.Add(2)
go lock(&a, &b)
go lock(&b, &a)
g.Wait()`, []string{
			"main: WaitGroup.Wait at In[2]:17:1",
			"goroutine started at In[2]:15:1: Mutex.Lock at In[2]:10:2, locked by goroutine started at In[2]:16:1 at In[2]:6:2",
			"goroutine started at In[2]:16:1: Mutex.Lock at In[2]:10:2, locked by goroutine started at In[2]:15:1 at In[2]:6:2",
		}},
		{"each at its own place", `import "sync"
c, d := make(chan int), make(chan int)
var m sync.Mutex
var g sync.WaitGroup
g.Add(1)
var ready sync.WaitGroup
ready.Add(5)
m.Lock()
go func() { ready.Done(); <-c }()
go func() { ready.Done(); d <- 1 }()
go func() { ready.Done(); select { case <-c: case d <- 1: } }()
go func() { ready.Done(); m.Lock() }()
go func() {
	ready.Done()
	for range c { }
}()
ready.Wait()
g.Wait()`, []string{
			"main: WaitGroup.Wait at In[2]:18:1",
			"goroutine started at In[2]:9:1: chan receive at In[2]:9:27",
			"goroutine started at In[2]:10:1: chan send at In[2]:10:27",
			"goroutine started at In[2]:11:1: select at In[2]:11:27",
			"goroutine started at In[2]:12:1: Mutex.Lock at In[2]:12:27, locked by main at In[2]:8:1",
			"goroutine started at In[2]:13:1: chan receive at In[2]:15:12",
		}},
		{"a lock of a goroutine that has ended", `import "sync"
var m sync.Mutex
done := make(chan int)
go func() {
	m.Lock()
	close(done)
}()
<-done
m.Lock()`, []string{"main: Mutex.Lock at In[2]:9:1, locked by a goroutine that has ended at In[2]:5:2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n := newNotebook(t)
			n.want("kept := 41", "")
			start := time.Now()
			_, failure := n.run(test.code)
			took := time.Since(start)
			if failure == nil || failure.Name != execution.Deadlock || failure.Value != "all goroutines are asleep" {
				t.Fatalf("the cell ended with %v", failure)
			}
			report := strings.Join(failure.Traceback, "\n")
			for _, line := range test.table {
				if !regexp.MustCompile(`(?m)^  ` + regexp.QuoteMeta(line) + `$`).MatchString(report) {
					t.Errorf("the report\n%s\nhas no %q", report, line)
				}
			}
			t.Logf("after %v\n%s", took, report)
			n.want("kept + 1", "42")
		})
	}
}

func TestNoDeadlockIsTold(t *testing.T) {
	for name, code := range map[string]string{
		"a sleeper":                      "import \"time\"\nc := make(chan int)\ngo func() { time.Sleep(1500 * time.Millisecond); c <- 1 }()\n<-c",
		"a timer":                        "import \"time\"\n<-time.After(1500 * time.Millisecond)",
		"a timer's function":             "import \"time\"\nc := make(chan int)\ntime.AfterFunc(1500*time.Millisecond, func() { c <- 1 })\n<-c",
		"a ticker":                       "import \"time\"\nt := time.NewTicker(1500 * time.Millisecond)\n<-t.C\nt.Stop()",
		"a context":                      "import (\"context\"; \"time\")\nctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)\n<-ctx.Done()\ncancel()",
		"a goroutine that computes":      "c := make(chan int)\ngo func() { n := 0; for i := 0; i < 80_000_000; i++ { n += i }; c <- n }()\n<-c",
		"a command":                      "import \"os/exec\"\nc := make(chan error)\ngo func() { c <- exec.Command(\"sleep\", \"1.5\").Run() }()\n<-c",
		"a signal":                       "import (\"os\"; \"os/signal\"; \"os/exec\"; \"syscall\"; \"fmt\")\nc := make(chan os.Signal, 1)\nsignal.Notify(c, syscall.SIGUSR1)\nexec.Command(\"sh\", \"-c\", fmt.Sprintf(\"(sleep 1.5; kill -USR1 %d) >/dev/null 2>&1 &\", os.Getpid())).Run()\n<-c",
		"the net":                        "import (\"net\"; \"time\")\nl, err := net.Listen(\"tcp\", \"127.0.0.1:0\")\nif err != nil { panic(err) }\nl.(*net.TCPListener).SetDeadline(time.Now().Add(1500*time.Millisecond))\nc := make(chan error)\ngo func() { _, err := l.Accept(); c <- err }()\n<-c",
		"a thread":                       "import (\"lockstep/runtime/thread\"; \"time\")\nt := thread.Go(func() { time.Sleep(1500 * time.Millisecond) })\nt.Join()",
		"a goroutine of an earlier cell": "<-fromBefore",
		"a pause of a lock":              "import (\"sync\"; \"time\")\nvar m sync.Mutex\nm.Lock()\ngo func() { time.Sleep(1500 * time.Millisecond); m.Unlock() }()\nm.Lock()",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNotebook(t)
			n.want("import \"time\"\nfromBefore := make(chan int)\ngo func() { time.Sleep(1500 * time.Millisecond); fromBefore <- 1 }()", "")
			start := time.Now()
			if _, failure := n.run(code); failure != nil {
				t.Errorf("%s\nfailed: %s", code, strings.Join(failure.Traceback, "\n"))
			}
			if took := time.Since(start); took < time.Second {
				t.Errorf("%s\ntook %v: too short to prove anything", code, took)
			}
		})
	}
}
