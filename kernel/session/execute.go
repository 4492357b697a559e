package session

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"lockstep/kernel/execution"
	"lockstep/kernel/protocol"
)

// counter numbers the executions of a shell, in two ways that are not the same.
type counter struct {
	mu sync.Mutex
	// executions is Jupyter's execution_count: of those that store history.
	executions int
	// cells is the n of In[n] in errors: of all that are not silent. nbval stores
	// no history, and compares the errors of a second run with those of the first.
	cells int
	// silents counts the silent ones.
	silents int
}

// firstSilent is where the cell numbers of silent executions begin. They must be
// unique, and must not move the numbers that a user sees.
const firstSilent = 1_000_001

// count returns the cell number and the execution_count of a request.
func (c *counter) count(r protocol.ExecuteRequest) (number, executionCount int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Silent {
		c.silents++
		return firstSilent + c.silents - 1, c.executions
	}
	c.cells++
	if r.StoreHistory {
		c.executions++
	}
	return c.cells, c.executions
}

// fork has another counter go on from here.
func (c *counter) fork(other *counter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	other.executions, other.cells, other.silents = c.executions, c.cells, c.silents
}

func (s *Session) execute(ctx context.Context, r *request, c protocol.ExecuteRequest) (protocol.Content, error) {
	if r.aborted {
		r.metadata = map[string]any{"status": protocol.Aborted}
		return protocol.ExecuteReply{
			Status: protocol.StatusError,
			EName:  protocol.Aborted,
			EValue: "not run: the kernel is ending, or a cell that was queued before this one failed",
		}, nil
	}
	r.metadata = map[string]any{"started": protocol.Date(time.Now())}
	number, count := r.shell.counter.count(c)
	out := newOutput(s, ctx, r, c, count)
	if !c.Silent {
		s.publish(s.alive, r.message, protocol.ExecuteInput{Code: c.Code, ExecutionCount: count})
	}
	failure := s.run(ctx, r.shell, execution.Request{Number: number, Code: c.Code, Silent: c.Silent}, out)
	value := out.end()
	if c.StoreHistory && !c.Silent {
		s.history.Add(count, c.Code, value)
	}

	if failure == nil {
		return protocol.ExecuteReply{
			Status:          protocol.StatusOK,
			ExecutionCount:  &count,
			UserExpressions: s.evaluate(ctx, out, c.UserExpressions),
			Payload:         out.asked(),
		}, nil
	}
	traceback := orNone(failure.Traceback)
	if !c.Silent {
		s.publish(s.alive, r.message, protocol.Error{EName: failure.Name, EValue: failure.Value, Traceback: traceback})
		if c.StopOnError {
			r.shell.queue.abort(failureOf(r))
		}
	}
	return protocol.ExecuteReply{
		Status:         protocol.StatusError,
		ExecutionCount: &count,
		EName:          failure.Name,
		EValue:         failure.Value,
		Traceback:      traceback,
	}, nil
}

// run lets the engine run a cell. A panic of the engine fails the cell.
func (s *Session) run(ctx context.Context, sh *shell, request execution.Request, out execution.Output) *execution.Failure {
	if strings.TrimSpace(request.Code) == "" {
		return nil
	}
	var failure *execution.Failure
	err := s.guard(fmt.Sprintf("running In[%d]", request.Number), func() error {
		failure = sh.engine.Execute(ctx, request, out)
		return nil
	})
	if err != nil {
		return &execution.Failure{Name: internalError, Value: err.Error(), Traceback: []string{err.Error()}}
	}
	return failure
}

// orNone keeps null out of JSON.
func orNone(traceback []string) []string {
	if traceback == nil {
		return []string{}
	}
	return traceback
}
