package display_test

import (
	"strings"
	"testing"

	"lockstep/runtime/display"
)

func TestALanguageIsSet(t *testing.T) {
	before := display.Language()
	t.Cleanup(func() { _ = display.SetLanguage(before) })
	if err := display.SetLanguage("zh"); err != nil || display.Language() != "zh" {
		t.Errorf("the language is %q: %v", display.Language(), err)
	}
	if err := display.SetLanguage("klingon"); err == nil || !strings.Contains(err.Error(), "klingon") {
		t.Errorf("a language that there isn't: %v", err)
	}
	if display.Language() != "zh" {
		t.Errorf("an unknown language changed it to %q", display.Language())
	}
}
