package simworld

import "lockstep/runtime/internal/words"

// say returns what a report says in the language of who reads it.
func say(text string, args ...any) string { return chinese.Say(text, args...) }

var chinese = words.Messages{
	"nothing that there is":                                        "不存在的东西",
	"the time":                                                     "时间过去",
	"the threads of the process":                                   "这个进程的线程",
	"schedule %q: it must begin with %q":                           "调度 %q：它必须以 %q 开头",
	"schedule %q: character %d is %q, want a letter":               "调度 %q：第 %d 个字符是 %q，应该是字母",
	"schedule %q: the count %s after character %d is out of range": "调度 %q：第 %[3]d 个字符后面的次数 %[2]s 超出范围",
	"schedule %q: it ends within a choice":                         "调度 %q：最后一个选择不完整",
	" and ":                                                        " 和 ",
	" or ":                                                         " 或 ",
}
