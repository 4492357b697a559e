package grid

import "lockstep/runtime/internal/words"

// say returns what a table says in the language of who reads it.
func say(text string, args ...any) string { return chinese.Say(text, args...) }

var chinese = words.Messages{
	"… and %d more": "……还有 %d 行",
}
