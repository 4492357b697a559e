// Package words says what the runtime's reports say, in the language of who reads
// them: English, or Chinese.
//
// The code has its messages in English; each package that has some keeps their
// translations in one file. What isn't a report's, such as the errors of a wrong
// use, is in English, as what the compiler and the standard library say is.
package words

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
)

// Variable is the environment variable that names the language at first. Without,
// it is English, whatever the locale: a notebook is to show the same everywhere.
// Child processes get it from their parents.
const Variable = "LOCKSTEP_LANGUAGE"

// languages are those there are; the first is the one that messages are written in.
var languages = []string{"en", "zh"}

var current atomic.Int32 // index of languages

func init() {
	_ = Speak(os.Getenv(Variable)) // another one than these is none
}

// Speak sets the language, "en" or "zh", for the whole process. The error says
// that there is no such language.
func Speak(language string) error {
	i := slices.Index(languages, language)
	if i < 0 {
		return fmt.Errorf("there is no language %q; there are %s", language, strings.Join(languages, " and "))
	}
	current.Store(int32(i))
	return nil
}

// Language returns the language that is spoken.
func Language() string { return languages[current.Load()] }

// Messages are the messages of a package in Chinese, by the English ones. Both are
// formats of package fmt where they are given arguments.
type Messages map[string]string

// Say returns a message in the language that is spoken. One that has no translation
// stays as it is: names do.
func (m Messages) Say(message string, args ...any) string {
	if current.Load() != 0 {
		if chinese, ok := m[message]; ok {
			message = chinese
		}
	}
	if len(args) == 0 {
		return message
	}
	return fmt.Sprintf(message, args...)
}
