package prompt_test

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"lockstep/runtime/internal/scope"
	"lockstep/runtime/prompt"
)

func TestAPlainProgramAsksOnItsStandardStreams(t *testing.T) {
	asked, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer asked.Close()
	stdin := strings.NewReader("阿福\r\nsecret\n\nrest\nno line end")
	s := &scope.Scope{Stdout: asked, Stdin: stdin}
	s.Do(func() {
		for _, c := range []struct {
			ask  func(string) (string, error)
			want string
		}{{prompt.Line, "阿福"}, {prompt.Password, "secret"}, {prompt.Line, ""}, {prompt.Line, "rest"}, {prompt.Line, "no line end"}} {
			if got, err := c.ask("? "); err != nil || got != c.want {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		}
		if _, err := prompt.Line("? "); !errors.Is(err, io.EOF) {
			t.Errorf("at the end of the input: %v", err)
		}
	})
	if text, err := os.ReadFile(asked.Name()); err != nil || string(text) != strings.Repeat("? ", 6) {
		t.Errorf("shown: %q, %v", text, err)
	}
}
