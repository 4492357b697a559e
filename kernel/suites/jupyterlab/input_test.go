package jupyterlab_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lockstep/kernel/jupytertest"
)

// inputBox is a box in which a cell asks.
type inputBox struct {
	Cell     int    // its place among the cells, from 0
	Question string // what stands before it
	Password bool   // what is typed is not shown
	Focused  bool   // what is typed goes there
	Typed    string
}

// readBoxes is the JavaScript that collects the boxes that wait for an answer.
// One that got it fades away.
const readBoxes = `lesson.content.widgets.flatMap((cell, at) => Array.from(cell.node.querySelectorAll(':not(.jp-OutputArea-stdin-hiding) > * > * > input.jp-Stdin-input'), box => ({
	Cell: at, Question: cell.node.querySelector('.jp-Stdin-prompt').textContent,
	Password: box.type === 'password', Focused: document.activeElement === box, Typed: box.value,
})))`

// TestCellsAskInJupyterLab runs cells that read what the user types, and types
// into the boxes that appear below them.
func TestCellsAskInJupyterLab(t *testing.T) {
	const secret = "open sesame"
	asked := []struct {
		code     string
		question string
		password bool
		answer   string
		echo     string // what the page shows in the box's place, once it is answered
		output   string
	}{
		{
			code:   "import \"fmt\"\nvar name string\nvar age int\nfmt.Scanln(&name, &age)\nfmt.Printf(\"%s will be %d.\", name, age+1)",
			answer: "Ming 12", echo: " Ming 12\n", output: "Ming will be 13.",
		},
		{
			code:   "import (\"bufio\"; \"os\")\nline, err := bufio.NewReader(os.Stdin).ReadString('\\n')\nfmt.Printf(\"%q %v\", line, err)",
			answer: "two words", echo: " two words\n", output: `"two words\n" <nil>`,
		},
		{
			code:     "import \"lockstep/runtime/prompt\"\nsecret, err := prompt.Password(\"Password: \")\nfmt.Print(secret == \"open\"+\" sesame\", err)",
			question: "Password: ", password: true, answer: secret, echo: "Password:  ········\n", output: "true <nil>",
		},
		{
			code:     "colour, err := prompt.Line(\"Colour? \")\nfmt.Print(colour, err)",
			question: "Colour? ", answer: "green", echo: "Colour?  green\n", output: "green<nil>",
		},
	}
	var codes []string
	for _, ask := range asked {
		codes = append(codes, ask.code)
	}
	p := openNotebook(t, jupytertest.Installed(t), jupytertest.Notebook(t, codes...))
	evaluate[chromedp.Void](t, p, "run all cells", `void (window.ran = jupyterapp.commands.execute('notebook:run-all-cells'))`)
	for i, ask := range asked {
		do(t, p, "wait for the box", chromedp.Poll[bool](readBoxes+`.some(box => box.Focused && box.Cell === `+quote(t, i)+`)`))
		do(t, p, "type", chromedp.KeyEvent(ask.answer))
		want := inputBox{Cell: i, Question: ask.question, Password: ask.password, Focused: true, Typed: ask.answer}
		if boxes := evaluate[[]inputBox](t, p, "read the box", readBoxes); len(boxes) != 1 || boxes[0] != want {
			t.Errorf("the page asks with %+v, want %+v", boxes, want)
		}
		if ask.password {
			p.screenshot(t, "password")
		}
		do(t, p, "answer", chromedp.KeyEvent(kb.Enter))
	}
	evaluate[bool](t, p, "wait for the cells", `ran`)
	evaluate[string](t, p, "wait for the kernel to be idle", kernelIdle)
	do(t, p, "wait for the last box to fade away", chromedp.Poll[bool]("!lesson.node.querySelector('.jp-Stdin')"))
	cells := evaluate[[]shown](t, p, "read the outputs", readCells)
	if len(cells) != len(asked) {
		t.Fatalf("the page shows %d cells", len(cells))
	}
	for i, ask := range asked {
		if want := ask.echo + ask.output; cells[i].Stdout != want || cells[i].Errored {
			t.Errorf("cell %d shows %+v, want on stdout %q", i, cells[i], want)
		}
	}
	text := evaluate[string](t, p, "read the page and the notebook", `document.body.innerText + JSON.stringify(lesson.model.toJSON())`)
	if strings.Contains(text, secret) {
		t.Errorf("the page or the notebook holds the password:\n%s", text)
	}
	p.screenshot(t, "input")
}
