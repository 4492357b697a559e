package sim_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/internal/words/wordstest"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
	"lockstep/runtime/trace"
)

func TestAReportAsText(t *testing.T) {
	r := sim.Replay("1:a4b3", opposite)
	want := `result               deadlock: no thread can go on
                       MainThread waits for P1 to end (Join) at sim_test.go:216
                       P1 waits for Mutex B, held by P2 (Lock) at sim_test.go:210, held since sim_test.go:208 ← in the circle
                       P2 waits for Mutex A, held by P1 (Lock) at sim_test.go:210, held since sim_test.go:208 ← in the circle
the four conditions  ✓ mutual exclusion: Mutex B, Mutex A can be held by one thread only
                     ✓ hold and wait: P1 holds Mutex A and waits for Mutex B; P2 holds Mutex B and waits for Mutex A
                     ✓ no preemption: nobody can take it from its holder
                     ✓ circular wait: P1 → P2 → P1
schedule             1:a4b3
threads              3
switch points        9, at 3 of them another thread went on
virtual time         0.000 s

step │ MainThread                │ P1                            │ P2
─────┼───────────────────────────┼───────────────────────────────┼──────────────────────────────
1    │ begins
1    │ Start P1  sim_test.go:214
2    │                           │ is started by MainThread
2    │ Start P2  sim_test.go:215
3    │                           │                               │ is started by MainThread
3    │ Join P1  sim_test.go:216
3    │ … waits  sim_test.go:216
4    │                           │ Lock Mutex A  sim_test.go:208
5    │                           │ ⇄ P2 is let go on
6    │                           │                               │ Lock Mutex B  sim_test.go:208
7    │                           │                               │ Lock Mutex A  sim_test.go:210
7    │                           │                               │ … waits  sim_test.go:210
8    │                           │ Lock Mutex B  sim_test.go:210
8    │                           │ … waits  sim_test.go:210

MainThread waits for P1 to end since sim_test.go:216  ← waits for the circle
P1 waits for Mutex B since sim_test.go:210, held by P2 since sim_test.go:208  ← in the circle
P2 waits for Mutex A since sim_test.go:210, held by P1 since sim_test.go:208  ← in the circle`
	if got := r.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestATimelineAlongTheTimeHasNoDetails(t *testing.T) {
	r := sim.Run(3, func() {
		worker := thread.Go(func() { pass(new(thread.Mutex)); thread.Yield(); trace.Note("sent"); thread.Sleep(time.Second) }, thread.Name("P1"))
		pass(new(thread.Mutex))
		worker.Join()
	})
	steps, along := r.Timeline().BySteps().String(), r.Timeline().ByTime().String()
	for _, detail := range []string{"⇄", "yields"} {
		if !strings.Contains(steps, detail) || strings.Contains(along, detail) {
			t.Errorf("%s: by steps\n%s\nalong the time\n%s", detail, steps, along)
		}
	}
	if !strings.Contains(along, "P1: sent: ") {
		t.Errorf("along the time\n%s", along)
	}
}

func TestAReportAsHTML(t *testing.T) {
	quiet(func() {
		r := sim.Run(1, func() { panic("<b> & co") })
		table := r.HTML()
		if strings.Contains(table, "<b>") || !strings.Contains(table, "panic in MainThread: &lt;b&gt; &amp; co") {
			t.Errorf("the panic's text isn't escaped: %s", table)
		}
		decoder := xml.NewDecoder(strings.NewReader(table))
		for {
			_, err := decoder.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("not well formed: %v in %s", err, table)
			}
		}
	})
}

func TestAReportInChinese(t *testing.T) {
	wordstest.Speak(t, "zh")
	r := sim.Replay("1:a4b3", opposite)
	want := `结果      死锁：没有一个线程能继续
            MainThread 在等 P1 结束（Join），在 sim_test.go:216
            P1 在等 Mutex B，由 P2 持有（Lock），在 sim_test.go:210，从 sim_test.go:208 起持有 ← 在圈里
            P2 在等 Mutex A，由 P1 持有（Lock），在 sim_test.go:210，从 sim_test.go:208 起持有 ← 在圈里
四个条件  ✓ 互斥：Mutex B、Mutex A 同一时刻只能由一个线程持有
          ✓ 请求与保持：P1 持有 Mutex A，又在等 Mutex B；P2 持有 Mutex B，又在等 Mutex A
          ✓ 不可剥夺：谁也不能从持有者手里把它夺走
          ✓ 循环等待：P1 → P2 → P1
调度      1:a4b3
线程      3
切换点    9 个，其中 3 个换了线程
虚拟时间  0.000 s

步 │ MainThread                │ P1                            │ P2
───┼───────────────────────────┼───────────────────────────────┼──────────────────────────────
1  │ 开始
1  │ Start P1  sim_test.go:214
2  │                           │ 由 MainThread 启动
2  │ Start P2  sim_test.go:215
3  │                           │                               │ 由 MainThread 启动
3  │ Join P1  sim_test.go:216
3  │ ……在等  sim_test.go:216
4  │                           │ Lock Mutex A  sim_test.go:208
5  │                           │ ⇄ 轮到 P2
6  │                           │                               │ Lock Mutex B  sim_test.go:208
7  │                           │                               │ Lock Mutex A  sim_test.go:210
7  │                           │                               │ ……在等  sim_test.go:210
8  │                           │ Lock Mutex B  sim_test.go:210
8  │                           │ ……在等  sim_test.go:210

MainThread 在等 P1 结束（从 sim_test.go:216 起）  ← 在等圈里的
P1 在等 Mutex B（从 sim_test.go:210 起），持有者 P2（从 sim_test.go:208 起）  ← 在圈里
P2 在等 Mutex A（从 sim_test.go:210 起），持有者 P1（从 sim_test.go:208 起）  ← 在圈里`
	if got := r.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestTheLanguageChangesNoRun: what is said of a run is no part of it.
func TestTheLanguageChangesNoRun(t *testing.T) {
	english := sim.Explore(opposite)
	wordstest.Speak(t, "zh")
	chinese := sim.Explore(opposite)
	if english.Hash != chinese.Hash || english.Schedule != chinese.Schedule || english.Explored.Failing != chinese.Explored.Failing {
		t.Errorf("in English %s with hash %x, in Chinese %s with hash %x", english.Schedule, english.Hash, chinese.Schedule, chinese.Hash)
	}
}

func TestLinesThatGoOnAreIndented(t *testing.T) {
	r := sim.Explore(func() {}, sim.Check(func() error {
		return errors.New("the list is\n  a\n  b\n" + strings.Repeat("and so on ", 12) + "to the end")
	}))
	want := `result                  1 of 1 schedule fails; the shortest is shown
                          1 × the list is
                              a
                              b
                            and so on and so on and so on and so on and so on and so on and so on and so on and so on and so on and so on and
                              so on to the end
`
	if got := r.String(); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
