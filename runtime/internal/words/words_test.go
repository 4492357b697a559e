package words_test

import (
	"strings"
	"testing"

	"lockstep/runtime/internal/words"
	"lockstep/runtime/internal/words/wordstest"
)

func TestMessagesAreInTheLanguageThatIsSpoken(t *testing.T) {
	m := words.Messages{"%s waits for %d": "%[2]d 个，%[1]s 在等"}
	if got := m.Say("%s waits for %d", "A", 2); got != "A waits for 2" {
		t.Errorf("in English: %q", got)
	}
	wordstest.Speak(t, "zh")
	if got := words.Language(); got != "zh" {
		t.Errorf("the language is %q", got)
	}
	if got := m.Say("%s waits for %d", "A", 2); got != "2 个，A 在等" {
		t.Errorf("in Chinese: %q", got)
	}
	if got := m.Say("Mutex"); got != "Mutex" {
		t.Errorf("a name: %q", got)
	}
	if got := m.Say("100 %"); got != "100 %" {
		t.Errorf("a message without arguments: %q", got)
	}
}

func TestALanguageThatThereIsnt(t *testing.T) {
	if err := words.Speak("tlh"); err == nil || !strings.Contains(err.Error(), `"tlh"`) {
		t.Errorf("got %v", err)
	}
	if got := words.Language(); got != "en" {
		t.Errorf("the language is %q", got)
	}
}
