package grade

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"lockstep/kernel/engine"
	"lockstep/kernel/execution"
	"lockstep/kernel/link"
	"lockstep/lessons/source"
)

// Result is what became of one exercise of a submission.
type Result struct {
	Exercise string `json:"exercise"`
	Passed   bool   `json:"passed"`
	// Reasons say why it isn't passed.
	Reasons []string `json:"reasons,omitempty"`
}

// Limits bound what the check of one exercise may take.
type Limits struct {
	Time time.Duration
	// Memory is of a worker, as "512MiB".
	Memory string
}

// Examine checks the exercises of a notebook, one after the other. worker is the
// command of a worker process. The error says that it is no notebook of a lesson.
func Examine(ctx context.Context, path string, worker []string, limits Limits) (lesson string, results []Result, err error) {
	s, err := read(path)
	if err != nil {
		return "", nil, err
	}
	for _, e := range s.lesson.Exercises {
		result := Result{Exercise: e.ID}
		if _, ok := s.starters[e.ID+"-starter"]; !ok {
			result.Reasons = []string{"it was not handed in"}
		} else {
			result.Passed, result.Reasons = s.check(ctx, e, worker, limits)
		}
		results = append(results, result)
	}
	return s.lesson.Name, results, ctx.Err()
}

// check runs the lesson up to an exercise, with the submission's answers in it, and
// the exercise's check.
func (s *submission) check(ctx context.Context, e *source.Exercise, worker []string, limits Limits) (passed bool, reasons []string) {
	ctx, cancel := context.WithTimeout(ctx, limits.Time)
	defer cancel()
	folder, err := os.MkdirTemp("", "lockstep-grade-")
	if err != nil {
		return false, []string{err.Error()}
	}
	defer os.RemoveAll(folder)
	r := &examination{ctx: ctx, engine: engine.New(engine.Config{Worker: worker, Env: environment(folder, limits), Dir: folder})}
	defer r.engine.Close()

	untrusted := rules(slices.ContainsFunc(s.lesson.Cells, func(c source.Cell) bool { return c.Code && strings.Contains(c.Text, `"net"`) }))
	for _, c := range s.lesson.Cells {
		switch {
		case c.Code && c.Exercise == nil:
			r.engine.Restrict(nil)
			r.run(c.Text, &output{}) // a cell may be meant to fail
		case c.Starter():
			r.engine.Restrict(untrusted)
			if failure := r.run(s.starters[c.ID], &output{}); failure != nil && c.Exercise.ID == e.ID {
				return false, []string{r.reason(failure, limits)}
			}
		case c.Checks() && c.Exercise.ID == e.ID:
			r.engine.Restrict(nil)
			told := &output{}
			failure := r.run(c.Text, told)
			return told.outcome(e.ID, failure, func() string { return r.reason(failure, limits) })
		}
		r.engine.Restrict(untrusted)
		for _, extra := range s.extra[c.ID] {
			r.run(extra, &output{})
		}
		if ctx.Err() != nil {
			return false, []string{r.reason(&execution.Failure{Name: execution.Interrupted}, limits)}
		}
	}
	return false, []string{"the lesson has no check for it"}
}

// environment is a worker's: nothing of it is anybody's secret.
func environment(folder string, limits Limits) []string {
	env := []string{
		link.SandboxVariable + "=" + folder, link.MemoryVariable + "=" + limits.Memory,
		"HOME=" + folder, "TMPDIR=" + folder, "XDG_DATA_HOME=" + folder, "XDG_CACHE_HOME=" + folder,
		"NBGRADER_EXECUTION=autograde", // no progress is noted
	}
	for _, name := range []string{"PATH", "LANG", "TZ", "SYSTEMROOT"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// examination is a session that runs a submission.
type examination struct {
	ctx    context.Context
	engine *engine.Engine
	number int
}

func (r *examination) run(code string, out *output) *execution.Failure {
	if r.ctx.Err() != nil {
		return &execution.Failure{Name: execution.Interrupted}
	}
	r.number++
	return r.engine.Execute(r.ctx, execution.Request{Number: r.number, Code: code}, out)
}

// reason says why an answer could not be checked.
func (r *examination) reason(failure *execution.Failure, limits Limits) string {
	if errors.Is(r.ctx.Err(), context.DeadlineExceeded) {
		return "it took longer than " + limits.Time.String()
	}
	return failure.Name + ": " + strings.TrimSpace(failure.Value)
}

// output is what a cell of an examination shows: only verdicts matter.
type output struct {
	mu       sync.Mutex
	verdicts []execution.Verdict
}

func (*output) Stream(execution.Stream, string) {}
func (*output) Display(execution.Display)       {}
func (*output) Clear(bool)                      {}
func (*output) Ask(execution.Payload)           {}
func (*output) Comm(execution.Comm)             {}
func (*output) Input(context.Context, string, bool) (string, error) {
	return "", execution.ErrNoInput
}

// Verdict implements execution.Examiner.
func (o *output) Verdict(v execution.Verdict) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.verdicts = append(o.verdicts, v)
}

// outcome is what a check has come to. Without a verdict the answer has kept the
// check from its end.
func (o *output) outcome(exercise string, failure *execution.Failure, why func() string) (passed bool, reasons []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, v := range o.verdicts {
		if v.Exercise != exercise {
			continue
		}
		if !v.Passed {
			return false, v.Reasons
		}
		passed = true
	}
	switch {
	case passed && failure == nil:
		return true, nil
	case failure != nil:
		return false, []string{why()}
	}
	return false, []string{"the check came to no verdict"}
}
