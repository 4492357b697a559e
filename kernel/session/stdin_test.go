package session_test

import (
	"context"
	"errors"
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

// ask is a cell that asks twice and prints the answers.
func ask(ctx context.Context, _ execution.Request, out execution.Output) *execution.Failure {
	for _, prompt := range []string{"name? ", "age? "} {
		answer, err := out.Input(ctx, prompt, prompt == "age? ")
		if errors.Is(err, context.Canceled) {
			return &execution.Failure{Name: execution.Interrupted, Value: "the cell was interrupted"}
		}
		if err != nil {
			return &execution.Failure{Name: execution.Panic, Value: err.Error()}
		}
		out.Stream(execution.Stdout, answer+"\n")
	}
	return nil
}

var asking = kerneltest.Script{"ask": ask}

func TestInput(t *testing.T) {
	k := start(t, asking)
	cell := k.Execute("ask").AsksFor("name? ").AnswerInput("阿福").AsksFor("age? ").AnswerInput("7").OK().Stdout("阿福\n7\n")
	questions := cell.Wait().On(protocol.Stdin)
	if got := string(questions[0].Content) + string(questions[1].Content); got != `{"prompt":"name? ","password":false}{"prompt":"age? ","password":true}` {
		t.Errorf("questions: %s", got)
	}
}

func TestInputWithoutAFrontEndThatAnswers(t *testing.T) {
	k := start(t, asking)
	k.Execute("ask", kerneltest.NoStdin).Fails(execution.Panic, execution.ErrNoInput.Error())
}

func TestOnlyTheAnswerToTheQuestionCounts(t *testing.T) {
	k := start(t, asking)
	other := k.Second()
	reply := func(to *kerneltest.Kernel, parent *protocol.Message, text string) {
		to.Post(protocol.Stdin, parent, protocol.InputReply{Value: text})
	}
	reply(k, nil, "before any question")
	k.AwaitLog("answers no open question")

	cell := k.Execute("ask").AsksFor("name? ")
	first := k.Entries().On(protocol.Stdin)[0].Message
	stranger := k.Entries().On(protocol.Shell)[0].Message
	reply(other, first, "from another client")
	reply(k, stranger, "to another message")
	k.Post(protocol.Stdin, first, kerneltest.Raw{Type: "input_reply", JSON: `{"value":1}`})
	k.Post(protocol.Stdin, first, kerneltest.Raw{Type: "nonsense", JSON: `{}`})
	k.AwaitLog(`"nonsense" on stdin`)
	cell.AnswerInput("right").AsksFor("age? ")
	reply(k, first, "late")
	reply(k, nil, "8") // as jupyter_client sends it, without a parent
	cell.OK().Stdout("right\n8\n")
	if got := other.Entries().On(protocol.Stdin); len(got) != 0 {
		t.Errorf("another client was asked: %v", got)
	}
}

func TestAnInterruptEndsTheWaitForInput(t *testing.T) {
	k := start(t, asking)
	cell := k.Execute("ask").AsksFor("name? ")
	if err := k.Interrupt(t.Context()); err != nil {
		t.Fatal(err)
	}
	cell.Fails(execution.Interrupted, "")
	k.Execute("ask").AnswerInput("a").AnswerInput("b").Stdout("a\nb\n").OK()
}
