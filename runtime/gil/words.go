package gil

import "lockstep/runtime/internal/words"

// say returns what a report says in the language of who reads it.
func say(text string, args ...any) string { return chinese.Say(text, args...) }

var chinese = words.Messages{
	"switch interval %v":                "切换间隔 %v",
	"let go after each operation of %v": "每次 %v 的操作之后放开",
	"no GIL":                            "没有 GIL",
	"no GIL, 1 processor, %s":           "没有 GIL，1 个处理器，%s",
	"no GIL, %d processors, %s":         "没有 GIL，%d 个处理器，%s",
	"GIL, %s":                           "GIL，%s",
	"a processor":                       "处理器",
	"lock":                              "锁",
	"time":                              "用时",
	"computing at a time":               "平均同时计算",
	"switches":                          "换手次数",
	"thread":                            "线程",
	"end":                               "结束",
	"holding":                           "持有",
	"waiting":                           "等锁",
	"free":                              "其余",
	"taken":                             "取得次数",
	"forced out":                        "被迫交出",
}
