package simworld

import (
	"testing"

	"lockstep/runtime/internal/words/wordstest"
)

func TestEveryMessageHasItsTranslation(t *testing.T) { wordstest.Check(t, chinese) }
