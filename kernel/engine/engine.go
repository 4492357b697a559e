// Package engine runs Go cells: it has them checked and lowered, runs them in
// the worker process, and goes on when that process ends.
package engine

import (
	"context"
	"errors"
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"lockstep/kernel/cell"
	"lockstep/kernel/cell/exportdata"
	"lockstep/kernel/execution"
	"lockstep/kernel/link"
	"lockstep/kernel/supervisor"
	"lockstep/lessons/source"
	"lockstep/runtime/display"
)

// Config says how an Engine works. Its zero value is good.
type Config struct {
	// Worker is the command of the worker process; by default this executable
	// with the argument worker.
	Worker []string
	// Env is the worker's environment and Dir its folder; nil and "" are this
	// process's own.
	Env []string
	Dir string
	// Logf receives what the operator may want to know, a line a call.
	Logf func(format string, args ...any)
}

// Engine is an execution.Engine for Go.
type Engine struct {
	config     Config
	session    func() *cell.Session
	supervisor *supervisor.Supervisor

	mu      sync.Mutex
	sources map[int]string // the cells' texts, for the source lines in reports
}

var _ execution.Engine = (*Engine)(nil)

// New returns an engine with nothing declared. Its worker starts with Start or
// with the first cell.
func New(config Config) *Engine {
	session := cell.NewSession(exportdata.NewImporter(token.NewFileSet()))
	session.SetExercises(source.Exercises{})
	return newEngine(config, func() *cell.Session { return session }, session.Language, map[int]string{})
}

// newEngine makes an engine. A worker that takes the place of another, or is a
// subshell's, speaks the language of the lesson without being told again.
func newEngine(config Config, session func() *cell.Session, language func() string, sources map[int]string) *Engine {
	return &Engine{
		config:  config,
		session: session,
		sources: sources,
		supervisor: supervisor.New(supervisor.Config{
			Argv: config.Worker,
			Env:  config.Env,
			MoreEnv: func() []string {
				if l := language(); l != "" {
					return []string{display.LanguageVariable + "=" + l}
				}
				return nil
			},
			Dir:    config.Dir,
			Replay: func() []link.Unit { return session().Replay() },
			Logf:   config.Logf,
		}),
	}
}

// Restrict subjects the cells from now on to rules; nil lifts them.
func (e *Engine) Restrict(rules cell.Rules) { e.session().Restrict(rules) }

// Comm hands what the front end says in a comm to the code of cells. See
// execution.Engine.
func (e *Engine) Comm(ctx context.Context, c execution.Comm) (known bool, failure *execution.Failure) {
	done, err := e.supervisor.Comm(ctx, c)
	switch {
	case ctx.Err() != nil:
		return true, &interrupted().Failure
	case err != nil:
		return true, &plainFailure(execution.WorkerDied, err.Error()).Failure
	case done.Err != "":
		return true, &plainFailure(execution.Panic, strings.TrimPrefix(done.Err, "panic: ")).Failure
	}
	return done.Known, nil
}

// Fork returns an engine with a worker of its own. It knows the imports, types,
// constants and functions that this one has declared so far, but no variables:
// those live in the worker. See execution.Engine.
func (e *Engine) Fork() (execution.Engine, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	session := e.session().Fork(exportdata.NewImporter(token.NewFileSet()))
	// To compile all that again takes time, and most subshells are never asked to.
	return newEngine(e.config, sync.OnceValue(session), e.session().Language, maps.Clone(e.sources)), nil
}

// Start starts the worker ahead of the first cell.
func (e *Engine) Start(ctx context.Context) error { return e.supervisor.Start(ctx) }

// Close ends the worker and waits for it.
func (e *Engine) Close() error { return e.supervisor.Close() }

// IsComplete says whether a cell could be run as it stands.
func (e *Engine) IsComplete(code string) execution.Completeness { return cell.IsComplete(code) }

// Complete finds what could stand at a cursor. See execution.Engine.
func (e *Engine) Complete(code string, cursor int) execution.Completions {
	return e.session().Complete(code, cursor)
}

// Inspect says what the name at a cursor is. See execution.Engine.
func (e *Engine) Inspect(code string, cursor, detail int) (execution.Inspection, bool) {
	return e.session().Inspect(code, cursor, detail)
}

// Execute runs a cell. See execution.Engine.
func (e *Engine) Execute(ctx context.Context, request execution.Request, out execution.Output) *execution.Failure {
	if strings.TrimSpace(request.Code) == "" {
		return nil
	}
	e.remember(request.Number, request.Code)
	failure := e.execute(ctx, request, out)
	if failure != nil && failure.died != nil && failure.died.Cell == 0 {
		// The worker ended while no cell ran. That is not this cell's fault: it
		// is told, and runs, unless it needs what was lost.
		out.Stream(execution.Stderr, strings.Join(failure.Traceback, "\n")+"\n")
		failure = e.execute(ctx, request, out)
	}
	if failure == nil {
		return nil
	}
	return &failure.Failure
}

// isExpression says why code is not a single expression.
func isExpression(code string) error {
	// Of a list of errors the first says all.
	_, err := parser.ParseExpr(code)
	var list scanner.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		return fmt.Errorf("not an expression: %s", list[0].Msg)
	}
	return err
}

// failure is a Failure and, if the worker ended, how.
type failure struct {
	execution.Failure
	died *supervisor.Died
}

// compileGrace is how long a cell that is interrupted may still be compiled, so that
// its errors are told rather than that it was stopped.
const compileGrace = 500 * time.Millisecond

// errCompiling says that an interrupted cell, or one before it, is still compiled.
var errCompiling = errors.New("still compiling")

// compile compiles a cell. The compiler can't be stopped: where ctx ends before it
// does, it goes on by itself, and its result counts for nothing.
func (e *Engine) compile(ctx context.Context, request execution.Request) (*cell.Program, error) {
	type result struct {
		program *cell.Program
		err     error
	}
	session, done := e.session(), make(chan result, 1)
	go func() {
		program, err := session.Compile(request.Number, request.Code)
		done <- result{program, err}
	}()
	select {
	case r := <-done:
		return r.program, r.err
	case <-ctx.Done():
	}
	grace := time.NewTimer(compileGrace)
	defer grace.Stop()
	select {
	case r := <-done:
		return r.program, r.err
	case <-grace.C:
		return nil, errCompiling
	}
}

func (e *Engine) execute(ctx context.Context, request execution.Request, out execution.Output) *failure {
	if request.Expression {
		if err := isExpression(request.Code); err != nil {
			return plainFailure(execution.CompileError, err.Error())
		}
	}
	program, err := e.compile(ctx, request)
	switch {
	case errors.Is(err, errCompiling):
		f := interrupted()
		f.Traceback = append(f.Traceback, "The kernel is still compiling it, or a cell that was stopped before it, and runs none until that is done.",
			"If that takes too long, restart the kernel.")
		return f
	case err != nil:
		var errs cell.Errors
		if !errors.As(err, &errs) {
			errs = cell.Errors{{Place: cell.Place{Line: 1, Column: 1}, Message: err.Error()}}
		}
		return e.compileFailure(request.Number, errs)
	}
	for _, note := range program.Notes {
		out.Stream(execution.Stderr, note+"\n")
	}
	done, err := e.supervisor.Run(ctx, link.Run{Cell: request.Number, Units: []link.Unit{program.Unit}}, out)
	var died *supervisor.Died
	switch {
	case errors.As(err, &died):
		return e.diedFailure(request.Number, died, e.session().Lose())
	case err != nil && ctx.Err() != nil:
		return interrupted()
	case err != nil:
		return plainFailure(execution.WorkerDied, err.Error())
	case done.Error == nil:
		e.session().Commit(program, done.Declared)
		return nil
	case done.Error.Name != execution.CompileError:
		e.session().Commit(program, done.Declared)
	}
	return e.errorFailure(request.Number, done.Error)
}

// maxSources bounds the texts kept for reports; a panic in an older cell is
// still reported, without its source line.
const maxSources = 4096

func (e *Engine) remember(n int, text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sources[n] = text
	if len(e.sources) > maxSources {
		oldest := n
		for k := range e.sources {
			oldest = min(oldest, k)
		}
		delete(e.sources, oldest)
	}
}

func (e *Engine) source(n int) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sources[n]
}

// enumerate joins names for a sentence: a, b and c.
func enumerate(names []string) string {
	names = slices.Clone(names)
	if n := len(names); n > 1 {
		names = append(names[:n-2], names[n-2]+" and "+names[n-1])
	}
	return strings.Join(names, ", ")
}
