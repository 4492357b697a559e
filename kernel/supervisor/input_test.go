package supervisor_test

import (
	"context"
	"fmt"
	"testing"
)

// lines is an input that gives one line after another.
func lines(text ...string) func(context.Context, string) (string, error) {
	return func(context.Context, string) (string, error) {
		if len(text) == 0 {
			return "", fmt.Errorf("no more lines")
		}
		line := text[0]
		text = text[1:]
		return line, nil
	}
}

func TestACellReadsWhatTheUserTypes(t *testing.T) {
	s := newSupervisor(t)
	for i, test := range []struct {
		imports, statements string
		input               []string
		want                string
	}{
		{"fmt", `var a, b int; fmt.Print("? "); fmt.Scan(&a); fmt.Scan(&b); fmt.Println(a + b)`, []string{"40 2"}, "? 42\n"},
		{"fmt", `var a, b int; fmt.Scan(&a, &b); fmt.Println(a + b)`, []string{"40", "2"}, "42\n"},
		{"fmt", `var a string; fmt.Scanln(&a); fmt.Println(a)`, []string{"é"}, "é\n"},
		{"fmt", `var a int; fmt.Scanf("n=%d\n", &a); fmt.Println(a)`, []string{"n=5"}, "5\n"},
		{"fmt bufio", `s := bufio.NewScanner(ʹrt.Stdin()); for s.Scan() { fmt.Println("<" + s.Text() + ">") }; fmt.Println(s.Err())`, []string{"one line", ""}, "<one line>\n<>\nreading standard input: no more lines\n"},
		{"fmt", `var a int; _, err := fmt.Scan(&a); fmt.Println(err)`, nil, "reading standard input: no more lines\n"},
	} {
		r := newRecorder()
		r.input = lines(test.input...)
		done, err := s.Run(context.Background(), cell(i+1, test.imports, "", test.statements), r)
		if err != nil || done.Error != nil {
			t.Fatal(err, done.Error)
		}
		if got := r.text("stdout"); got != test.want {
			t.Errorf("%s: printed %q, want %q", test.statements, got, test.want)
		}
	}
}

func TestAQuestionIsAskedAfterWhatWasPrinted(t *testing.T) {
	s := newSupervisor(t)
	r := newRecorder()
	var before []string
	r.input = func(context.Context, string) (string, error) {
		before = r.all()
		return "1", nil
	}
	_, err := s.Run(context.Background(), cell(1, "fmt", "", `fmt.Print("How many? "); var n int; fmt.Scan(&n)`), r)
	if err != nil || len(before) != 1 || before[0] != "stdout:How many? " {
		t.Errorf("when the user was asked, %q was shown; error %v", before, err)
	}
}

func TestAScannerMadeInOneCellAsksInTheNext(t *testing.T) {
	s := newSupervisor(t)
	run(t, s, cell(1, "bufio", "var in *bufio.Scanner", `in = bufio.NewScanner(ʹrt.Stdin())`))
	r := newRecorder()
	r.input = lines("typed")
	done, err := s.Run(context.Background(), cell(2, "", "", `in.Scan(); ʹrt.Show(in.Text())`), r)
	if err != nil || done.Error != nil || r.text("value") != `"typed"` {
		t.Errorf("showed %q; %+v, %v", r.all(), done.Error, err)
	}
}
