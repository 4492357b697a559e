package grade

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// Submission is a notebook that was handed in, and what it is worth.
type Submission struct {
	// Path is the notebook's below the folder that was graded, with slashes.
	Path    string   `json:"path"`
	Lesson  string   `json:"lesson,omitempty"`
	Score   int      `json:"score"` // a point an exercise
	Of      int      `json:"of"`
	Results []Result `json:"results,omitempty"`
	// Error says why it could not be graded, "" if it was.
	Error string `json:"error,omitempty"`
}

// Options say what to grade and how.
type Options struct {
	Folder string
	// Examine is the command that examines one notebook: its path follows. It
	// writes a Submission as JSON.
	Examine []string
	// Jobs is how many notebooks are graded at a time; 0 is one a processor.
	Jobs   int
	Limits Limits
	// Done is told of each submission when it has been graded; nil tells nobody.
	Done func(Submission)
}

// overhead is what an examination may take besides its exercises.
const overhead = 10 * time.Second

// Grade grades every notebook below a folder, several at a time, each in processes
// of its own. They come in the order of their paths. The error is of the folder, or
// ctx's.
func Grade(ctx context.Context, o Options) ([]Submission, error) {
	paths, err := Find(o.Folder)
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s: there are no notebooks in it", o.Folder)
	}
	jobs := o.Jobs
	if jobs <= 0 {
		jobs = runtime.NumCPU()
	}
	all := make([]Submission, len(paths))
	free := make(chan struct{}, jobs)
	var examining sync.WaitGroup
	var mu sync.Mutex
	for i, path := range paths {
		free <- struct{}{}
		examining.Go(func() {
			defer func() { <-free }()
			all[i] = o.examine(ctx, path)
			if o.Done != nil {
				mu.Lock()
				defer mu.Unlock()
				o.Done(all[i])
			}
		})
	}
	examining.Wait()
	return all, ctx.Err()
}

// examine has a process of its own examine a notebook: what a cell does to the type
// checker is no other submission's trouble.
func (o Options) examine(ctx context.Context, path string) Submission {
	name, err := filepath.Rel(o.Folder, path)
	if err != nil {
		name = path
	}
	s := Submission{Path: filepath.ToSlash(name)}
	handedIn, err := read(path)
	if err != nil {
		s.Error = err.Error()
		return s
	}
	s.Lesson, s.Of = handedIn.lesson.Name, len(handedIn.lesson.Exercises)
	ctx, cancel := context.WithTimeout(ctx, time.Duration(s.Of)*o.Limits.Time+overhead)
	defer cancel()
	args := append(o.Examine[1:len(o.Examine):len(o.Examine)], "--timeout", o.Limits.Time.String(), "--memory", o.Limits.Memory, "--", path)
	cmd := exec.CommandContext(ctx, o.Examine[0], args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// A process that a submission has started may hold its output.
	cmd.WaitDelay = time.Second
	var examined Submission
	if err = cmd.Run(); err == nil {
		err = json.Unmarshal(stdout.Bytes(), &examined)
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
		s.Results = examined.Results
		for _, r := range s.Results {
			if r.Passed {
				s.Score++
			}
		}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		s.Error = "it took too long"
	case errors.As(err, &exit) && stderr.Len() > 0:
		s.Error = strings.TrimSpace(stderr.String())
	default:
		s.Error = err.Error()
	}
	return s
}

// Own is the command by which the running program examines a notebook.
func Own() ([]string, error) {
	path, err := os.Executable()
	return []string{path, "examine"}, err
}
