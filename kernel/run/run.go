// Package run executes a notebook outside of Jupyter, against a kernel of its
// own, and tells on a terminal or in plain lines what its cells show.
package run

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"lockstep/kernel/client"
	"lockstep/kernel/notebook"
	"lockstep/kernel/page"
	"lockstep/kernel/terminal"
)

// Options say what to run and how.
type Options struct {
	// Notebook is the path of the notebook. Its folder is the working directory
	// of the cells.
	Notebook string
	// Output is where the notebook is saved with what its cells showed, also
	// where one of them failed; "" for nowhere.
	Output string
	// HTML is where a page of that is saved; "" for nowhere.
	HTML string
	// Timeout is how long a cell may take; 0 is as long as it likes.
	Timeout time.Duration
	// Kernel is the command that starts the kernel, with {connection_file} in it;
	// by default this executable's serve.
	Kernel []string
	// Stdin answers the cells' questions if it is a terminal. Stdout takes all
	// that the cells show.
	Stdin, Stdout *os.File
}

// CellError says that a cell has ended the run.
type CellError struct {
	Notebook string
	Number   int // the n of In[n]
	Reason   string
	// Err is the cause of the context that ended the run; nil where it was the
	// cell's own doing.
	Err error
}

func (e *CellError) Error() string {
	return fmt.Sprintf("%s: In[%d]: %s", e.Notebook, e.Number, e.Reason)
}

func (e *CellError) Unwrap() error { return e.Err }

// Run runs the code cells of a notebook one after the other until one fails or
// ctx is done. The error is then a *CellError, or wraps ctx's cause between two
// cells. A cell tagged raises-exception may fail; one tagged nbval-skip is not
// run where nobody can answer it.
func Run(ctx context.Context, o Options) error {
	nb, err := notebook.Read(o.Notebook)
	if err != nil {
		return err
	}
	if language := nb.Language(); language != "" && language != "go" {
		return fmt.Errorf("%s: its cells are %s, not Go", o.Notebook, language)
	}
	for _, path := range []string{o.Output, o.HTML} {
		// What can't be saved is better known before a long run than after it.
		if folder := filepath.Dir(path); path != "" && !isFolder(folder) {
			return fmt.Errorf("%s: there is no folder %s", path, folder)
		}
	}
	r := newRun(o, nb)
	err = r.run(ctx)
	if o.Output != "" {
		err = errors.Join(err, nb.Write(o.Output))
	}
	if o.HTML != "" {
		err = errors.Join(err, savePage(nb, o))
	}
	return err
}

func savePage(nb *notebook.Notebook, o Options) error {
	var b bytes.Buffer
	if err := page.Write(&b, nb, filepath.Dir(o.Notebook)); err != nil {
		return fmt.Errorf("%s: %w", o.Notebook, err)
	}
	return os.WriteFile(o.HTML, b.Bytes(), 0o666)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// run is one run of a notebook.
type run struct {
	options  Options
	notebook *notebook.Notebook
	style    terminal.Style
	animated bool   // the screen is a terminal with a bar
	asker    *asker // nil where there is nobody to ask

	heading, told string // the heading above the cell, and the last one printed
	number        int    // the n of the last In[n]
	tally         tally

	// mu guards the screen and what is shown on it and kept: outputs of different
	// cells and questions come on goroutines of their own.
	mu       sync.Mutex
	screen   screen
	displays displays
}

func newRun(o Options, nb *notebook.Notebook) *run {
	r := &run{options: o, notebook: nb, displays: displays{}}
	for _, cell := range nb.Cells {
		if runs(cell) {
			r.tally.total++
		}
	}
	look := terminal.LookOf(o.Stdout)
	r.style, r.animated = look.Style, look.Animated
	if look.Animated {
		r.screen = newAnimated(o.Stdout, r.tally.total)
	} else {
		r.screen = paper{o.Stdout}
	}
	if terminal.Is(o.Stdin) {
		r.asker = newAsker(o.Stdin)
	}
	return r
}

// runs tells the cells that are given to a kernel. Jupyter passes over blank ones too.
func runs(cell *notebook.Cell) bool {
	return cell.Type == notebook.Code && strings.TrimSpace(cell.Source) != ""
}

// run starts a kernel, runs the cells in it and ends it.
func (r *run) run(ctx context.Context) error {
	started := time.Now()
	r.progress(0, "starting the kernel")
	kernel, err := r.start(ctx)
	if err != nil {
		r.closeScreen()
		return err
	}
	r.forget()
	err = r.runCells(ctx, kernel)
	// Outputs come until the kernel has ended. One that must be killed for that
	// does the notebook no harm.
	_ = kernel.Shutdown(context.WithoutCancel(ctx))
	r.closeScreen()
	r.tellEnd(time.Since(started))
	return err
}

// closeScreen takes the bar away; what is still to be told stands below.
func (r *run) closeScreen() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.screen.suspend()
	r.screen = paper{r.options.Stdout}
}

func (r *run) start(ctx context.Context) (*client.Kernel, error) {
	argv, err := r.command()
	if err != nil {
		return nil, err
	}
	kernel, err := client.Start(ctx, client.Command{Argv: argv, Dir: filepath.Dir(r.options.Notebook)})
	if err == nil && r.options.Output != "" {
		if err = r.nameLanguage(ctx, kernel); err != nil {
			kernel.Close()
		}
	}
	if cause := context.Cause(ctx); cause != nil && err != nil {
		err = fmt.Errorf("%s: starting the kernel: %w", r.options.Notebook, cause)
	}
	return kernel, err
}

func (r *run) command() ([]string, error) {
	if r.options.Kernel != nil {
		return r.options.Kernel, nil
	}
	return Kernel()
}

// Kernel is the command that starts this executable as a kernel, with
// {connection_file} in it.
func Kernel() ([]string, error) {
	self := "/proc/self/exe" // it stays right when the file is replaced
	if runtime.GOOS != "linux" {
		var err error
		if self, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	// Nobody typed these cells: they are not to come up as history.
	return []string{self, "serve", "-f", "{connection_file}", "--history="}, nil
}

// nameLanguage writes into the notebook what its language is, which front ends
// take its highlighting from.
func (r *run) nameLanguage(ctx context.Context, kernel *client.Kernel) error {
	info, err := kernel.KernelInfo(ctx)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(info.LanguageInfo)
	if err != nil {
		return err
	}
	var sorted map[string]any
	if err := json.Unmarshal(raw, &sorted); err != nil {
		return err
	}
	return r.notebook.Metadata.Set("language_info", sorted)
}

// forget removes what the cells showed at another time, but for those that
// are not run for want of somebody to answer them.
func (r *run) forget() {
	for _, cell := range r.notebook.Cells {
		if cell.Type == notebook.Code && !r.skips(cell) {
			cell.ExecutionCount, cell.Outputs = 0, nil
		}
	}
}

func (r *run) skips(cell *notebook.Cell) bool { return r.asker == nil && cell.HasTag("nbval-skip") }

func (r *run) runCells(ctx context.Context, kernel *client.Kernel) error {
	index := 0
	for _, cell := range r.notebook.Cells {
		switch {
		case cell.Type == notebook.Markdown:
			if heading := lastHeading(cell.Source); heading != "" {
				r.heading = heading
			}
		case runs(cell):
			if cause := context.Cause(ctx); cause != nil {
				return fmt.Errorf("%s: stopped: %w", r.options.Notebook, cause)
			}
			if err := r.runCell(ctx, kernel, cell, index); err != nil {
				return err
			}
			index++
		}
	}
	return nil
}
