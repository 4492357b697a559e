package sim

import "lockstep/runtime/internal/words"

// say returns what a report says in the language of who reads it; message marks
// what is given to it elsewhere.
func say(text string, args ...any) string { return chinese.Say(text, args...) }

func message(text string) string { return text }

// These are said of what other packages name.
var _ = [...]string{
	message("read"), message("write"), message("load"), message("store"), message("update"),
	message("atomic load"), message("atomic store"), message("atomic update"),
	message("random number"), message("map order"),
}

var chinese = words.Messages{
	// What went wrong.
	"panic in %s: %s":                      "%s 里发生 panic：%s",
	"%s waits for %s to end (%s)":          "%s 在等 %s 结束（%s）",
	"%s waits for %s, held by itself (%s)": "%s 在等 %s，而它就由自己持有（%s）",
	"%s waits for %s, held by %s (%s)":     "%s 在等 %s，由 %s 持有（%s）",
	"%s waits for %s (%s)":                 "%s 在等 %s（%s）",
	"deadlock: %s":                         "死锁：%s",
	"threads left for ever: %s":            "有线程永远留下了：%s",
	"deadlock: one of these threads was told, so that the others could go on": "死锁：告诉了其中一个线程，让其余的得以继续",
	"deadlock: no thread can go on":                                           "死锁：没有一个线程能继续",
	"the main thread has ended, threads are left for ever":                    "主线程结束了，还有线程永远留下",
	"%s at %s":               "%s，在 %s",
	"%s, held since %s":      "%s，从 %s 起持有",
	" ← in the circle":       " ← 在圈里",
	" (%s)":                  "（%s）",
	", ":                     "、",
	"; ":                     "；",
	"the check panicked: %s": "检查本身发生 panic：%s",
	"given up, the threads may go on for ever: the bound of %d switch points is reached":                                                                   "放弃了，这些线程也许永远停不下来：已经到了 %d 个切换点的上限",
	"%s starves: it has waited for %s since switch point %d":                                                                                               "%s 饥饿：它从第 %[3]d 个切换点起一直在等 %[2]s",
	"%s starves: it could go on, and had its last turn at switch point %d":                                                                                 "%s 饥饿：它能继续，最后一次轮到它是在第 %d 个切换点",
	"%s goes on and on: %d turns, the last at switch point %d":                                                                                             "%s 一直在走：轮到 %d 次，最后一次在第 %d 个切换点",
	"schedule %q is of another body: this one made the choices %q":                                                                                         "调度 %q 属于另一段代码：这一段作出的选择是 %q",
	"the body doesn't do the same each time: the same choices led to other ones; it must set back what it changes, and ask nothing outside the simulation": "这段代码不是每次都做同样的事：同样的选择引出了不同的选择；它改过的东西必须由它恢复，模拟之外的东西也不能问",

	// Data races.
	"data race on %s: %v, %v, and nothing puts the two in order": "%s 上有数据竞争：%v，%v，没有什么规定两者的先后",
	"%s by %s":       "%[2]s %[1]s",
	"%s by %s at %s": "%[2]s %[1]s（%[3]s）",
	"read":           "读",
	"write":          "写",
	"load":           "读",
	"store":          "写",
	"update":         "改",
	"atomic load":    "原子地读",
	"atomic store":   "原子地写",
	"atomic update":  "原子地改",

	// Warnings.
	"%s took %s and then %s": "%s 先取 %s 后取 %s",
	"%s and %s are taken in both orders, which may end in a deadlock: %s, %s": "%s 和 %s 被按两种次序取过，可能造成死锁：%s，%s",

	// The four conditions.
	"%s waits for the end of %s":                            "%s 在等 %s 结束",
	"%s waits for %s":                                       "%s 在等 %s",
	"%s holds %s and waits for %s":                          "%s 持有 %s，又在等 %s",
	"✓ mutual exclusion: %s can be held by one thread only": "✓ 互斥：%s 同一时刻只能由一个线程持有",
	"✓ hold and wait: %s":                                   "✓ 请求与保持：%s",
	"✓ no preemption: nobody can take it from its holder":   "✓ 不可剥夺：谁也不能从持有者手里把它夺走",
	"✓ circular wait: %s":                                   "✓ 循环等待：%s",

	// What Explore found.
	"1 schedule":                    "1 种调度",
	"%d schedules":                  "%d 种调度",
	"none of %s goes wrong: proved": "%s全都不出错：已证明",
	"none of %s goes wrong: proved, with what is taken for granted below": "%s全都不出错：已证明，但有下面的前提",
	"none of %s goes wrong: not a proof":                                  "%s全都不出错：这不是证明",
	"1 of %s fails; the shortest is shown":                                "%s里有 1 种出错；下面显示的是最短的",
	"%d of %s fail; the shortest is shown":                                "%[2]s里有 %[1]d 种出错；下面显示的是最短的",
	"… and in %d more ways":                                               "……还有 %d 种出错的方式",
	"1 of %s has a data race":                                             "%s里有 1 种发生数据竞争",
	"%d of %s have a data race":                                           "%[2]s里有 %[1]d 种发生数据竞争",
	"deadlock":                                                            "死锁",
	"threads are left for ever":                                           "有线程永远留下",
	"no end within %d switch points":                                      "%d 个切换点之内没有结束",
	"shown by the schedule %s":                                            "可用这个调度重现：%s",
	"%s: %s":                                                              "%s：%s",
	"every schedule, depth first":                                         "每一种调度，深度优先",
	"one schedule of each class that can't be told apart":                 "分不出彼此的调度归为一类，每类一种",
	"%s, as far as the budget went, then at random":                       "%s，预算用完为止，之后随机",
	"%s, as far as the budget went":                                       "%s，预算用完为止",
	"at random":                                                           "随机",
	"at random by priorities (PCT, depth %d)":                             "按随机的优先级（PCT，深度 %d）",
	"in turn, %d switch points each":                                      "轮流，每次 %d 个切换点",
	"only these schedules were run":                                       "只运行了这些调度",
	"those with more than %d preemptions were left out":                   "没有运行抢占多于 %d 次的调度",
	"the budget is used up":                                               "预算用完了",
	"not a proof: %s":                                                     "不是证明：%s",
	"taken for granted: %s":                                               "前提：%s",
	"the threads share nothing that sim doesn't see":                      "线程之间共享的东西，sim 都看得到",
	"a thread that looks in vain, again and again, waits until something has changed": "一再查看而没有结果的线程，要等到有东西变了才再轮到",

	// The rows of a report.
	"ok":                     "正常",
	"result":                 "结果",
	"data race":              "数据竞争",
	"explored":               "探索",
	"warning":                "警告",
	"the four conditions":    "四个条件",
	"seed":                   "种子",
	"schedule":               "调度",
	"shortest such schedule": "其中最短的调度",
	"its first schedule":     "其中第一种调度",
	"threads":                "线程",
	"switch points":          "切换点",
	"%d, at %d of them another thread went on": "%d 个，其中 %d 个换了线程",
	"virtual time": "虚拟时间",
	"Steps":        "步骤",

	// What threads do.
	"computes":              "计算",
	"yields":                "让出",
	"⇄ %s is let go on":     "⇄ 轮到 %s",
	"nothing that there is": "不存在的东西",
	"%s %s":                 "%s %s",
	"%s (atomic)":           "%s（原子操作）",
	"random number":         "随机数",
	"map order":             "map 的次序",
}
