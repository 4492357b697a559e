package gosim

import "lockstep/runtime/internal/words"

// say returns what a report says in the language of who reads it.
func say(text string, args ...any) string { return chinese.Say(text, args...) }

var chinese = words.Messages{
	"a nil channel":              "nil channel",
	"%s, a nil channel":          "%s（nil channel）",
	"a select without a channel": "没有 channel 的 select",
	"Timer of %v":                "%v 的 Timer",
	"Ticker of %v":               "%v 的 Ticker",
	"AfterFunc of %v":            "%v 的 AfterFunc",
}
