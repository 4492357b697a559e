package jupyterlab_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"lockstep/kernel/jupytertest"
	"lockstep/kernel/notebook"
)

// shown is what the page shows of a code cell.
type shown struct {
	Prompt  string   // such as "[1]:"
	Stdout  string   // all that was printed
	Stderr  string   // likewise
	Result  string   // the text of the values and displays that are shown as text
	Rich    int      // how many outputs are shown as something else than text
	Hidden  int      // how many outputs take no room on the page
	Errored bool     // whether an error is shown
	Failure string   // the text of that
	Mimes   []string // what the cell's outputs are of, for messages
}

// readCells is the JavaScript that collects the shown of every code cell. The
// page shows errors as it shows stderr, so the kind of an output is the model's.
const readCells = `Promise.resolve(lesson.content.widgets.filter(cell => cell.model.type === 'code').map(cell => {
	const shown = {Prompt: cell.node.querySelector('.jp-InputPrompt').textContent, Stdout: '', Stderr: '', Result: '', Rich: 0, Hidden: 0, Errored: false, Failure: '', Mimes: []};
	Array.from(cell.node.querySelectorAll('.jp-OutputArea-output'), (output, i) => {
		const mime = output.dataset.mimeType;
		shown.Mimes.push(mime);
		const box = output.getBoundingClientRect();
		if (box.width < 1 || box.height < 1) shown.Hidden++;
		if (cell.model.outputs.get(i).type === 'error') [shown.Errored, shown.Failure] = [true, output.textContent];
		else if (mime === 'application/vnd.jupyter.stdout') shown.Stdout += output.textContent;
		else if (mime === 'application/vnd.jupyter.stderr') shown.Stderr += output.textContent;
		else if (mime === 'text/plain') shown.Result += output.textContent + '\n';
		else shown.Rich++;
	});
	return shown;
}))`

// kernelIdle is the JavaScript that waits until the kernel is idle and gives
// its name.
const kernelIdle = `new Promise(resolve => {
	const kernel = lesson.sessionContext.session.kernel;
	const look = () => { if (kernel.status === 'idle') { kernel.statusChanged.disconnect(look); resolve(kernel.name); } };
	kernel.statusChanged.connect(look);
	look();
})`

// runLesson opens the notebook in JupyterLab, runs all its cells, and returns
// what is shown then.
func runLesson(t *testing.T, jupyter *jupytertest.Env, path string) (*page, []shown) {
	t.Helper()
	p := openNotebook(t, jupyter, path)
	evaluate[bool](t, p, "run all cells", `jupyterapp.commands.execute('notebook:run-all-cells').then(() => true)`)
	evaluate[string](t, p, "wait for the kernel to be idle", kernelIdle)
	return p, evaluate[[]shown](t, p, "read the outputs", readCells)
}

// openNotebook opens the notebook, without its outputs, in JupyterLab, where it
// is the window's variable lesson. Its kernel is idle.
func openNotebook(t *testing.T, jupyter *jupytertest.Env, path string) *page {
	t.Helper()
	folder := t.TempDir()
	name := filepath.Base(path)
	clearOutputs(t, path, filepath.Join(folder, name))
	address := startServer(t, jupyter, folder)
	p := openPage(t)
	do(t, p, "open JupyterLab", chromedp.Navigate(address))
	do(t, p, "wait for JupyterLab", chromedp.Poll[bool]("!!window.jupyterapp"))
	evaluate[bool](t, p, "open the notebook", `(async () => {
		await jupyterapp.restored;
		window.lesson = await jupyterapp.commands.execute('docmanager:open', {path: `+quote(t, name)+`});
		await lesson.revealed;
		await lesson.sessionContext.ready;
		jupyterapp.shell.activateById(lesson.id);
		jupyterapp.shell.collapseLeft();
		return true;
	})()`)
	do(t, p, "wait for the notebook to be in front", chromedp.Poll[bool]("jupyterapp.shell.currentWidget === lesson"))
	if kernel := evaluate[string](t, p, "wait for the kernel", kernelIdle); kernel != "lockstep" {
		t.Fatalf("the notebook runs on the kernel %q", kernel)
	}
	return p
}

// clearOutputs copies the notebook without its outputs, so that those which
// the page shows are new.
func clearOutputs(t *testing.T, from, to string) {
	t.Helper()
	book, err := notebook.Read(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range book.Cells {
		cell.Outputs, cell.ExecutionCount = nil, 0
	}
	if err := book.Write(to); err != nil {
		t.Fatal(err)
	}
}

func quote(t *testing.T, value any) string {
	t.Helper()
	quoted, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}
