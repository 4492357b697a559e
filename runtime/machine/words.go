package machine

import "lockstep/runtime/internal/words"

// say returns what a report says in the language of who reads it; message marks what
// is given to it elsewhere.
func say(text string, args ...any) string { return chinese.Say(text, args...) }

func message(text string) string { return text }

var chinese = words.Messages{
	// The figures of a run.
	"policy":                        "策略",
	"Priority":                      "优先级",
	"Priority, preemptive":          "优先级，抢占式",
	"Priority, RoundRobin(%v)":      "优先级，RoundRobin(%v)",
	"time":                          "时间",
	"CPU use":                       "CPU 使用率",
	"%s of %d CPUs":                 "%s（%d 个 CPU）",
	", %s lost on context switches": "，上下文切换用去 %s",
	"context switches":              "上下文切换",
	"%d: %s":                        "%d 次：%s",
	"%d %s":                         "%d 次%s",
	"none":                          "没有",
	", ":                            "，",
	"busy %s, waited for %s":        "忙 %s，有人等它 %s",
	"mean turnaround":               "平均周转时间",
	"mean response":                 "平均响应时间",
	"mean waiting":                  "平均等待时间",
	"switches":                      "切换次数",
	"no policies to compare":        "没有可比较的策略",

	// The processes.
	"process":    "进程",
	"arrival":    "到达",
	"first run":  "首次运行",
	"end":        "结束",
	"turnaround": "周转",
	"response":   "响应",
	"waiting":    "等待",
	"computed":   "计算",
	"exit":       "退出码",

	// Context switches.
	"from":          "换下",
	"because":       "原因",
	"saved":         "保存",
	"to":            "换上",
	"loaded":        "装入",
	"slice used up": "时间片用完",
	"preempted":     "被抢占",
	"gave way":      "让出",
	"ended":         "结束",
	"switch":        "切换",

	// The process table and the tree.
	"process table at %s": "%s 时的进程表",
	"state":               "状态",
	"why":                 "原因",
	"registers":           "寄存器",
	"in CPU %d":           "在 CPU %d 里",
	"new":                 "新建",
	"ready":               "就绪",
	"running":             "运行",
	"blocked":             "阻塞",
	"zombie":              "僵尸",
	"is a zombie":         "是僵尸进程",
	"gone":                "不在了",
	"a child":             "子进程",
	"sleep":               "睡眠",
	"has slept":           "睡醒了",
	"preempted by %s":     "被 %s 抢占",
	"%s is done":          "%s 完成了",
	"%s has ended":        "%s 结束了",
	"adopted by init":     "由 init 收养",
	"exec %s":             "exec %s",
	"all processes":       "所有进程",
	"processes at %s":     "%s 时的进程",
	"%s (%d) exit %d":     "%s (%d) 退出码 %d",
	"%s (%d) %s":          "%s (%d) %s",
	", orphan":            "，孤儿进程",
}
