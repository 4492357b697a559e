package cell_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"lockstep/kernel/execution"
)

// at splits a text at its cursor, a |.
func at(t testing.TB, marked string) (text string, cursor int) {
	t.Helper()
	before, after, ok := strings.Cut(marked, "|")
	if !ok {
		t.Fatalf("no cursor in %q", marked)
	}
	return before + after, len(before)
}

// complete completes a text with a |, and returns the texts of the items, at
// most ten.
func (nb *notebook) complete(marked string) (string, execution.Completions) {
	nb.t.Helper()
	text, cursor := at(nb.t, marked)
	got := nb.session.Complete(text, cursor)
	var texts []string
	for _, item := range got.Items {
		texts = append(texts, item.Text)
	}
	if len(texts) > 10 {
		texts = append(texts[:10], "…")
	}
	return strings.Join(texts, " "), got
}

const earlier = `import "strings"
import "sync"

// Point is a place.
type Point struct {
	X, Y int // where
	tag  string
}

// Norm is the distance from the origin.
func (p Point) Norm() float64 { return 0 }

// Move moves it.
func (p *Point) Move(dx, dy int) {}

type Named struct {
	Point
	Name string
}

type Shape interface {
	// Area is the size.
	Area() float64
}

// total adds up.
func total(numbers ...int) (sum int, err error) { return }

const limit = 10

// counter counts things.
counter := 1
points := []Point{{1, 2, "a"}}
builder := strings.Builder{}`

func TestComplete(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		// Members.
		{"of a package", "import \"fmt\"\nfmt.Sprint|", "Sprint Sprintf Sprintln"},
		{"of an earlier import", "strings.Trim|", "Trim TrimFunc TrimLeft TrimLeftFunc TrimPrefix TrimRight TrimRightFunc TrimSpace TrimSuffix"},
		{"of a package not imported", "fmt.Printl|", "Println"},
		{"of one of several packages not imported", "rand.Perm|", "Perm"},
		{"of the one of several packages that has it", "rand.IntN|", "IntN Int32N Int64N"},
		{"of what a package not imported returns", "now := time.Now()\nnow.Yea|", "Year YearDay"},
		{"of a call into a package not imported", "bytes.NewReader(nil).ReadB|", "ReadByte"},
		{"literal of a package not imported", "http.Client{Time|}", "Timeout time"},
		{"of a runtime package not imported", "display.HT|", "HTML"},
		{"of what is not for users", "support.Printl|", ""},
		{"of a renamed import", "import str \"strings\"\nstr.Conta|", "Contains ContainsAny ContainsFunc ContainsRune"},
		{"of a value", "p := Point{}\np.|", "Move Norm tag X Y"},
		{"of a pointer", "p := &Point{}\np.|", "Move Norm tag X Y"},
		{"of what can't be addressed", "func f() Point { return Point{} }\nf().|", "Norm tag X Y"},
		{"of a type", "Point.|", "Norm"},
		{"of a pointer type", "(*Point).|", "Move Norm"},
		{"promoted", "n := Named{}\nn.|", "Name Point Move Norm tag X Y"},
		{"of an element", "points[0].M|", "Move"},
		{"of an earlier variable", "builder.Wri|", "Write WriteByte WriteRune WriteString"},
		{"exported only", "builder.|", "Cap Grow Len Reset String Write WriteByte WriteRune WriteString"},
		{"of an interface", "var s Shape\ns.|", "Area"},
		{"of an error", "_, err := total()\nerr.|", "Error"},
		{"of a result", "strings.NewReader(\"\").Read|", "Read ReadAt ReadByte ReadRune"},
		{"of a type parameter", "func f[T Shape](x T) {\n\tx.|\n}", "Area"},
		{"of a closed bracket", "(&points[0]).No|", "Norm"},
		{"of an embedded lock", "type T struct {\n\tsync.Mutex\n\tn int\n}\nvar t T\nt.|", "Mutex n Lock TryLock Unlock"},
		{"in a type switch", "var s any\nswitch v := s.(type) {\ncase Point:\n\tv.|\n}", "Move Norm tag X Y"},
		{"of a range variable", "for _, p := range points {\n\tp.No|\n}", "Norm"},
		{"of a closure's parameter", "f := func(p *Point) int { return p.| }", "Move Norm tag X Y"},
		{"of nothing known", "nope.|", ""},
		{"of a number", "1.|", ""},
		{"in the middle of a name", "p := Point{}\np.No|rm()", "Norm"},
		{"before a name on the next line", "p := Point{}\np.|\ncounter", "Move Norm tag X Y"},
		{"on a line of its own", "builder.\n\tWr|", "Write WriteByte WriteRune WriteString"},

		// Names.
		{"earlier variable", "coun|", "counter"},
		{"local before earlier", "counted := 1\ncoun|", "counted counter"},
		{"parameter", "func f(count int) {\n\tcoun|\n}", "count counter"},
		{"shadowed once", "counter := \"\"\ncounte|", "counter"},
		{"not yet declared", "priv|\nprivate := 1", ""},
		{"variable of the cell in a function of it", "func f() { priv| }\nprivate := 1", "private"},
		{"in a block", "if inner := 1; inner > 0 {\n\tinn|\n}", "inner"},
		{"out of a block", "{\n\tinner := 1\n\t_ = inner\n}\ninn|", ""},
		{"function", "tot|", "total"},
		{"constant", "lim|", "limit"},
		{"package not imported", "stringb|\nstrco|", ""},
		{"packages", "strco|", "strconv"},
		{"packages after names", "str|", "strings struct string strconv structs"},
		{"predeclared", "app|", "append"},
		{"ignoring case", "POI|", "Point points"},
		{"initials", "wGroup := 1\nwg|", "wGroup"},
		{"result variables", "func f() (result int) {\n\tres|\n}", "result"},
		{"type parameter", "func f[Elem any](x Ele|) {}", "Elem"},
		{"label", "outer:\n\tfor {\n\t\tbreak out|\n\t}", "outer"},
		{"generic function's body", "func Map[T, U any](in []T, f func(T) U) (out []U) {\n\tou|\n}", "out"},

		// Places.
		{"literal's fields", "Point{|}", "tag X Y builder counter limit Named Point points Shape …"},
		{"literal's other fields", "Point{X: 1, |}", "tag Y"},
		{"elided literal's fields", "q := []Point{{Y: 1, t|}}", "tag"},
		{"literal of a pointer", "&Named{Nam|}", "Name Named"},
		{"foreign literal's fields", "import \"net/http\"\nhttp.Server{Read|}", "ReadHeaderTimeout ReadTimeout"},
		{"literal's value", "Point{X: coun|}", "counter"},
		{"map literal", "map[string]int{coun|}", "counter"},
		{"type of a variable", "var x Poi|", "Point"},
		{"type of a parameter", "func f(x *Poi|) {}", "Point"},
		{"types only", "var x poi|", "Point"},
		{"element type", "x := []Shap|", "Shape"},
		{"new name", "func coun|", ""},
		{"new variable", "var coun|", ""},
		{"keyword", "swi|", "switch"},
		{"keyword in a function", "func f() {\n\tret|\n}", "return"},
		{"no import in a function", "func f() {\n\timport|\n}", "importer"},
		{"import", "import|", "import importer"},
		{"range", "for i := rang|", "range"},
		{"range without variables", "for rang|", "range"},
		{"case", "switch 1 {\ncase 1:\n\tcas|\n}", "case"},
		{"first case", "switch 1 {\n\tcas|\n}", "case"},
		{"else", "if true {\n} els|", "else"},
		{"import path", "import \"net/ht|\"", "net/http net/http/cgi net/http/cookiejar net/http/fcgi net/http/httptest net/http/httptrace net/http/httputil net/http/pprof"},
		{"open import path", "import (\n\t\"fmt\"\n\t\"encoding/j|", "encoding/json"},
		{"string after an import", "import \"fmt\"\nfmt.Println(\"encoding/j|\")", ""},
		{"string after imports", "import (\n\t\"fmt\"\n)\n\"encoding/j|\"", ""},
		{"renamed import", "import (\n\t\"fmt\"\n\tj \"encoding/j|\"\n)", "encoding/json"},
		{"string", "x := \"coun|\"", ""},
		{"open string", "x := \"coun|", ""},
		{"after a string", "x := \"a\" + coun|", "counter"},
		{"comment", "x := 1 // coun|", ""},
		{"number", "x := 12|", ""},
		{"character", "x := 'c|'", ""},

		// Broken cells.
		{"open call", "strings.Repeat(coun|", "counter"},
		{"open call in a function", "func f(p Point) {\n\tprintln(p.|\n\tx := 1\n}\nfunc g() {}", "Move Norm tag X Y"},
		{"after a broken line", "func f() {\n\tx := (1 2\n\tlocal := 1\n\tloc|\n}", "local"},
		{"after a broken statement", "x := (1 + ]\nlocal := 1\nloc|", "local"},
		{"before a broken statement", "local := 1\nloc|\nx := = 2", "local"},
		{"declared below what is broken", "func f() {\n\tbel|\n\nfunc below() {}", "below"},
		{"if without a block", "if builder.Le|", "Len"},
		{"for without a block", "for i := 0; i < builder.Le|", "Len"},
		{"range without a block", "for i := range builder.Le|", "Len"},
		{"switch without a block", "switch builder.Le|", "Len"},
		{"case without a colon", "switch 1 {\ncase builder.Le|", "Len"},
		{"type error above", "s := 1 + \"a\"\nbuilder.Le|", "Len"},
		{"argument of what is undefined", "nope(builder.Le|)", "Len"},
		{"closure given to what is undefined", "nope(func() { builder.Le| })", "Len"},
		{"channel", "c := make(chan Point)\n(<-c).No|", "Norm"},
		{"goroutine", "go builder.Le|", "Len"},
		{"wrong count", "a, b := builder.Le|", "Len"},
		{"assignment", "builder.Le| = 3", "Len"},
		{"unclosed literal", "x := []Point{\n\t{X: 1},\n\t{Y|", "Y"},
		{"method of an earlier type", "func (p *Point) Twice() { p.| }", "Move Norm tag Twice X Y"},

		// A whole program.
		{"program", "package main\nimport \"fmt\"\nfunc main() { fmt.Printl| }", "Println"},
		{"program sees no earlier names", "package main\nfunc main() { counte| }", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			nb := newNotebook(t)
			nb.ok(earlier)
			if got, _ := nb.complete(test.text); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestCompletionItems(t *testing.T) {
	nb := newNotebook(t)
	nb.ok(earlier)
	for _, test := range []struct{ text, want string }{
		{"x := poin|", "5-9 points variable []Point; Point struct"},
		{"tota|", "0-4 total function (numbers ...int) (sum int, err error)"},
		{"builder.WriteS|", "8-14 WriteString method (s string) (int, error)"},
		{"points[0].t|", "10-11 tag field string"},
		{"Shap|", "0-4 Shape interface"},
		{"lim|", "0-3 limit constant untyped int"},
		{"float6|", "0-6 float64 type float64"},
		{"appen|", "0-5 append function (s S, x ...E) S"},
		{"strin|", "0-5 strings module strings; string type string"},
		{"templat|", "0-7 template module text/template, html/template"},
		{"selec|", "0-5 select keyword"},
		{"slices.BinarySearchF|", "7-20 BinarySearchFunc function [S ~[]E, E, T any](x S, target T, cmp func(E, T) int) (int, bool)"},
		{"import \"unicode/utf8|\"", "8-20 unicode/utf8 module utf8"},
		{"日本 := 1\n日|", "12-15 日本 variable int"},
		{"tru|", "0-3 true constant untyped bool"},
		{"nope|", "4-4"},
	} {
		_, got := nb.complete(test.text)
		text := fmt.Sprintf("%d-%d", got.Start, got.End)
		for i, item := range got.Items {
			if i > 0 {
				text += ";"
			}
			text += strings.TrimRight(fmt.Sprintf(" %s %s %s", item.Text, item.Kind, item.Signature), " ")
		}
		if text != test.want {
			t.Errorf("%s\ngot  %s\nwant %s", test.text, text, test.want)
		}
	}
}

func TestCompleteWithNothingTyped(t *testing.T) {
	nb := newNotebook(t)
	nb.ok(earlier)
	for _, text := range []string{"|", "x := |", "func f(a int) {\n\t|\n}"} {
		got := nb.session.Complete(at(t, text))
		has := map[string]bool{}
		for _, item := range got.Items {
			has[item.Text] = true
		}
		for _, name := range []string{"counter", "strings", "Point", "len", "func"} {
			if !has[name] {
				t.Errorf("%q: no %s", text, name)
			}
		}
		if has["strconv"] || has["_"] {
			t.Errorf("%q: too much", text)
		}
	}
}

// What is offered is of the declarations as they are now.
func TestCompleteAfterRedeclaration(t *testing.T) {
	nb := newNotebook(t)
	nb.ok("type T struct{ Old int }\nt := T{}")
	nb.ok("type T struct{ New int }")
	if got, _ := nb.complete("T{N|}"); !strings.HasPrefix(got, "New ") {
		t.Error(got)
	}
	if got, _ := nb.complete("t.|"); got != "Old" {
		t.Error(got)
	}
	if got, _ := nb.complete("func f() { t.| }\nt := T{}"); got != "New" {
		t.Error(got)
	}
}

func TestCompletionDeclaresNothing(t *testing.T) {
	nb := newNotebook(t)
	nb.complete("x := 1\nfunc f() {}\nx|")
	if got := nb.fails("x"); got != "line 1:1: undefined: x" {
		t.Error(got)
	}
}

func TestCompleteClampsTheCursor(t *testing.T) {
	nb := newNotebook(t)
	for _, cursor := range []int{-5, 1, 2, 100} { // 1 and 2 lie in the middle of a character
		if got := nb.session.Complete("日", cursor); got.Start < 0 || got.End > 3 {
			t.Errorf("cursor %d: %+v", cursor, got)
		}
	}
}

// A front end completes while cells are compiled.
func TestCompleteAndInspectBesideCompile(t *testing.T) {
	nb := newNotebook(t)
	nb.ok(earlier)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, text := range []string{"points[0].|", "http.Client{|}", "json.Mar|"} {
				nb.session.Complete(at(t, text))
			}
			nb.session.Inspect("http.Get", 8, 1)
		})
	}
	for range 10 {
		nb.ok("import \"net/http\"\ncounter += len(http.MethodGet)")
	}
	wg.Wait()
}

// Complete must take every prefix of a cell and every cell without a part: that
// is what typing looks like.
func TestCompleteAndInspectTakeWhatIsTyped(t *testing.T) {
	nb := newNotebook(t)
	nb.ok(earlier)
	text := benchmarkCell
	for i := 0; i <= len(text); i += 3 {
		nb.session.Complete(text[:i], i)
		nb.session.Complete(text[i:], 0)
		nb.session.Inspect(text[:i], i, 1)
		without := text[:i] + text[min(i+7, len(text)):]
		nb.session.Complete(without, i)
		nb.session.Inspect(without, i, 1)
	}
}

const benchmarkCell = `import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

type worker struct {
	id     int
	client *http.Client
	jobs   <-chan string
}

func (w *worker) run(ctx context.Context, results chan<- result) {
	for url := range w.jobs {
		start := time.Now()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			results <- result{url: url, err: err}
			continue
		}
		response, err := w.client.Do(request)
		if err == nil {
			err = response.Body.Close()
		}
		results <- result{url, time.Since(start), err}
	}
}

type result struct {
	url  string
	took time.Duration
	err  error
}

jobs := make(chan string)
results := make(chan result)
var wg sync.WaitGroup
for i := range 4 {
	w := &worker{id: i, client: http.DefaultClient, jobs: jobs}
	wg.Go(func() { w.run(context.Background(), results) })
}
go func() {
	wg.Wait()
	close(results)
}()
for r := range results {
	fmt.Println(r.url, r.took, r.err)
}
fmt.Println("done")
`

func BenchmarkComplete(b *testing.B) {
	nb := newNotebook(b)
	text, cursor := at(b, strings.Replace(benchmarkCell, "w.client.Do(", "w.client.|Do(", 1))
	nb.session.Complete(text, cursor) // loads the packages
	for b.Loop() {
		nb.session.Complete(text, cursor)
	}
}

func BenchmarkCompleteFirst(b *testing.B) {
	text, cursor := at(b, strings.Replace(benchmarkCell, "w.client.Do(", "w.client.|Do(", 1))
	for b.Loop() {
		newNotebook(b).session.Complete(text, cursor)
	}
}

func BenchmarkCompleteName(b *testing.B) {
	nb := newNotebook(b)
	text, cursor := at(b, benchmarkCell+"fm|")
	nb.session.Complete(text, cursor)
	for b.Loop() {
		nb.session.Complete(text, cursor)
	}
}

func FuzzComplete(f *testing.F) {
	for _, text := range []string{earlier, benchmarkCell, "if x.", "import (\n\"f", "func (", "type T[", "switch x := y.(type) { case T: x."} {
		f.Add(text, len(text))
		f.Add(text, len(text)/2)
	}
	nb := newNotebook(f)
	nb.ok(earlier)
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		got := nb.session.Complete(text, cursor)
		if got.Start < 0 || got.Start > got.End || got.End > len(text) {
			t.Errorf("%d to %d of %d bytes", got.Start, got.End, len(text))
		}
		nb.session.Inspect(text, cursor, cursor&1)
	})
}
