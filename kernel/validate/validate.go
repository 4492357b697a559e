package validate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Options say what is compared and how.
type Options struct {
	// Kernel is the command that starts a kernel, with {connection_file} in it;
	// Env are variables added to its environment.
	Kernel []string
	Env    []string
	// Run selects the cells that are compared: a regular expression that matches
	// the notebook's name without .ipynb, and, after a slash, one that matches the
	// cell's id. "" selects all. Cells before a selected one run as well.
	Run string
	// Lax compares only the cells that are marked nbval-check-output.
	Lax bool
	// Timeout is how long a cell may take.
	Timeout time.Duration
	// Sanitizer is applied to outputs before they are compared; nil does nothing.
	Sanitizer *Sanitizer
	// Parallel is how many notebooks run at a time, at least 1.
	Parallel int
	// Update has the outputs that differ written into the notebooks.
	Update bool

	lesson, cell *regexp.Regexp
}

// Reporter is told what happens. Its methods are called one at a time.
type Reporter interface {
	// Begin says that a notebook is being run.
	Begin(path string)
	// Cell says that a cell is being run; index counts those that were before.
	Cell(path, id string, index int)
	// Result is a cell's, in the notebook's order.
	Result(path string, c *Cell)
	// End is a notebook's.
	End(r *Result)
}

// ErrFailed says that a cell is not as its file says.
var ErrFailed = errors.New("validate: a notebook failed")

// Run runs notebooks, several at a time, each in a kernel of its own. It returns
// their results in the order of the paths. The error is ErrFailed if not all went
// well, or says what is wrong with the options.
func Run(ctx context.Context, paths []string, o Options, to Reporter) ([]*Result, error) {
	if err := o.compile(); err != nil {
		return nil, err
	}
	var mu sync.Mutex
	telling := func(f func()) {
		mu.Lock()
		defer mu.Unlock()
		f()
	}
	results := make([]*Result, len(paths))
	free := make(chan struct{}, max(o.Parallel, 1))
	var running sync.WaitGroup
	for i, path := range paths {
		free <- struct{}{}
		running.Go(func() {
			defer func() { <-free }()
			telling(func() { to.Begin(path) })
			index := 0
			result, executed := o.notebook(ctx, path,
				func(id string) { telling(func() { to.Cell(path, id, index) }); index++ },
				func(c *Cell) { telling(func() { to.Result(path, c) }) })
			if o.Update && executed != nil && result.Err == nil {
				if err := o.update(result, executed); err != nil {
					result.Err = err
				}
			}
			results[i] = result
			telling(func() { to.End(result) })
		})
	}
	running.Wait()
	for _, r := range results {
		if !r.OK() {
			return results, ErrFailed
		}
	}
	return results, nil
}

func (o *Options) compile() error {
	lesson, cell, _ := strings.Cut(o.Run, "/")
	var err error
	if o.lesson, err = regexp.Compile(lesson); err == nil {
		o.cell, err = regexp.Compile(cell)
	}
	if err != nil {
		return fmt.Errorf("-run %q: %w", o.Run, err)
	}
	if o.Timeout <= 0 {
		return fmt.Errorf("a time-out of %v leaves no time", o.Timeout)
	}
	return nil
}

// selected says that a cell is to be compared.
func (o Options) selected(path, id string) bool {
	name := strings.TrimSuffix(filepath.Base(path), ".ipynb")
	return o.lesson.MatchString(name) && o.cell.MatchString(id)
}

// Notebooks lists the notebooks that the arguments name: files, and those in
// folders, but for what begins with a dot.
func Notebooks(args []string) ([]string, error) {
	var paths []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			paths = append(paths, arg)
			continue
		}
		before := len(paths)
		err = filepath.WalkDir(arg, func(path string, entry os.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case path != arg && strings.HasPrefix(entry.Name(), "."):
				if entry.IsDir() {
					return filepath.SkipDir
				}
			case !entry.IsDir() && filepath.Ext(path) == ".ipynb":
				paths = append(paths, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(paths) == before {
			return nil, fmt.Errorf("%s: there is no notebook in it", arg)
		}
	}
	return paths, nil
}
