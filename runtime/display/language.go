package display

import "lockstep/runtime/internal/words"

// LanguageVariable is the environment variable that names the language which a
// process speaks at first; child processes get it from their parents.
const LanguageVariable = words.Variable

// SetLanguage sets the language of what the runtime's reports, tables and pictures
// say: "en", which it is at first, or "zh". The whole process speaks it from then
// on; what it has shown already stays as it is. The error says that there is no
// such language.
//
// The locale doesn't matter, so that the same program shows the same everywhere;
// LanguageVariable does, where nobody calls SetLanguage. Errors of a wrong use are in English, as the compiler's are.
func SetLanguage(language string) error { return words.Speak(language) }

// Language returns the language that SetLanguage has set.
func Language() string { return words.Language() }
