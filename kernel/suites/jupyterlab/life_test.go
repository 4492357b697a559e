package jupyterlab_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"lockstep/kernel/jupytertest"
)

// runCell is the JavaScript that begins to run one cell.
func runCell(t *testing.T, i int) string {
	t.Helper()
	return `void (lesson.content.activeCellIndex = ` + quote(t, i) + `, window.ran = jupyterapp.commands.execute('notebook:run-cell'))`
}

// TestCellsAreStoppedInJupyterLab stops what doesn't end by itself, and what takes its
// process down, with the means that JupyterLab gives to its user; the kernel stays.
func TestCellsAreStoppedInJupyterLab(t *testing.T) {
	p := openNotebook(t, jupytertest.Installed(t), jupytertest.Notebook(t,
		"import \"fmt\"\nx := 6\nfunc double(n int) int { return 2 * n }",
		"fmt.Println(\"running\")\nfor {\n}",
		"import \"os\"\nfmt.Println(x)\nos.Exit(3)",
		"x",
		"double(21)",
	))
	run := func(i int) {
		evaluate[chromedp.Void](t, p, "run the cell", runCell(t, i))
		evaluate[bool](t, p, "wait for the cell", "ran")
	}
	run(0)
	evaluate[chromedp.Void](t, p, "run the endless loop", runCell(t, 1))
	do(t, p, "wait for its output", chromedp.Poll[bool](`lesson.content.widgets[1].outputArea.node.textContent.includes('running')`))

	// Beside it, what runs in a subshell.
	type answer struct {
		Status string
		Output []string
	}
	beside := evaluate[answer](t, p, "run a cell in a subshell", `(async () => {
		const kernel = lesson.sessionContext.session.kernel;
		await kernel.info;
		if (!kernel.supportsSubshells) return {Status: 'JupyterLab says that the kernel has no subshells'};
		const made = await kernel.requestCreateSubshell({}).done;
		const beside = kernel.clone();
		beside.subshellId = made.content.subshell_id;
		const output = [];
		const cell = beside.requestExecute({code: 'double(50)'});
		cell.onIOPub = m => { if (m.header.msg_type === 'execute_result') output.push(m.content.data['text/plain']); };
		const reply = await cell.done;
		await kernel.requestDeleteSubshell({subshell_id: made.content.subshell_id}).done;
		return {Status: reply.content.status, Output: output};
	})()`)
	if beside.Status != "ok" || len(beside.Output) != 1 || beside.Output[0] != "100" {
		t.Errorf("in a subshell: %+v", beside)
	}

	evaluate[bool](t, p, "interrupt the kernel", `jupyterapp.commands.execute('notebook:interrupt-kernel').then(() => true)`)
	evaluate[bool](t, p, "wait for the loop's end", "ran")
	for i := 2; i < 5; i++ {
		run(i)
	}
	evaluate[string](t, p, "wait for the kernel to be idle", kernelIdle)
	cells := evaluate[[]shown](t, p, "read the outputs", readCells)
	p.screenshot(t, "stopped")
	for i, want := range []struct{ stdout, failure, result string }{
		{},
		{"running\n", "interrupted", ""},
		{"6\n", "worker died: os.Exit(3)", ""},
		{"", "x lost its value when the worker ended", ""},
		{"", "", "42\n"},
	} {
		if got := cells[i]; got.Stdout != want.stdout || got.Result != want.result || got.Errored != (want.failure != "") || !strings.Contains(got.Failure, want.failure) {
			t.Errorf("cell %d shows %+v, want %+v", i, got, want)
		}
	}

	evaluate[bool](t, p, "restart the kernel", `lesson.sessionContext.session.kernel.restart().then(() => true)`)
	run(4)
	evaluate[string](t, p, "wait for the kernel to be idle", kernelIdle)
	if got := evaluate[[]shown](t, p, "read the outputs", readCells)[4]; got.Prompt != "[1]:" || !strings.Contains(got.Failure, "undefined: double") {
		t.Errorf("after the restart the last cell shows %+v", got)
	}
}
