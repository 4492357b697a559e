package session

import (
	"context"
	"maps"
	"slices"
	"strings"

	"lockstep/kernel/execution"
	"lockstep/kernel/protocol"
)

// evaluate evaluates the expressions of an execute request after its cell, each by
// itself: what one fails with is its own result.
func (s *Session) evaluate(ctx context.Context, out *output, expressions map[string]string) map[string]protocol.ExpressionResult {
	results := make(map[string]protocol.ExpressionResult, len(expressions))
	for _, name := range slices.Sorted(maps.Keys(expressions)) {
		results[name] = s.evaluateOne(ctx, out, expressions[name])
	}
	return results
}

func (s *Session) evaluateOne(ctx context.Context, out *output, expression string) protocol.ExpressionResult {
	number, _ := out.shell.counter.count(protocol.ExecuteRequest{Silent: true})
	value := &valueOf{Output: out}
	failure := &execution.Failure{Name: execution.CompileError, Value: "the expression is empty"}
	if strings.TrimSpace(expression) != "" {
		failure = s.run(ctx, out.shell, execution.Request{Number: number, Code: expression, Expression: true}, value)
	}
	if failure != nil {
		return protocol.ExpressionResult{
			Status: protocol.StatusError, EName: failure.Name, EValue: failure.Value, Traceback: orNone(failure.Traceback),
		}
	}
	return protocol.ExpressionResult{Status: protocol.StatusOK, Data: orEmpty(value.data), Metadata: orEmpty(value.metadata)}
}

// valueOf keeps the value of an expression; all else that it shows is the cell's.
type valueOf struct {
	execution.Output
	data, metadata map[string]any
}

// Display implements execution.Output.
func (v *valueOf) Display(d execution.Display) {
	if d.Value {
		v.data, v.metadata = d.Data, d.Metadata
		return
	}
	v.Output.Display(d)
}
