package client

import (
	"context"
	"fmt"

	"lockstep/kernel/protocol"
)

// ExecuteOptions are the flags of an execution; see protocol.ExecuteRequest.
type ExecuteOptions struct {
	AllowStdin   bool
	StopOnError  bool
	StoreHistory bool
	Silent       bool
}

// Handler receives what a cell does while it runs. Each function may be nil.
type Handler struct {
	// Output gets what the cell shows, in order: protocol.Stream, DisplayData,
	// UpdateDisplayData, ExecuteResult, ClearOutput, ExecuteInput and Error. While
	// it has not returned the kernel waits, sooner or later.
	Output func(protocol.Content)
	// Late gets what the cell's goroutines show after its end, one output at a
	// time, and on any goroutine once Execute has returned. It must not call the client.
	Late func(protocol.Content)
	// Input answers the cell's questions. It runs on a goroutine of its own; ctx is
	// done when the cell doesn't wait for the answer any more. When it fails the
	// cell is interrupted.
	Input func(ctx context.Context, question protocol.InputRequest) (string, error)
}

// Execute runs a cell and returns its reply, when all its outputs have been
// handled: after the reply and status idle. A cell that fails is no error; that
// the kernel died is a DiedError where the client started it. When ctx is done
// Execute returns while the cell runs on: see Interrupt.
func (c *Client) Execute(ctx context.Context, code string, o ExecuteOptions, h Handler) (protocol.ExecuteReply, error) {
	waiting, err := c.begin(ctx, protocol.Shell, protocol.ExecuteRequest{
		Code:         code,
		Silent:       o.Silent,
		StoreHistory: o.StoreHistory,
		AllowStdin:   o.AllowStdin,
		StopOnError:  o.StopOnError,
	})
	if err != nil {
		return protocol.ExecuteReply{}, fmt.Errorf("execute: %w", err)
	}
	defer c.end(waiting, h.Late)

	running, stop := context.WithCancel(ctx)
	defer stop()
	e := execution{client: c, handler: h, inputFailed: make(chan error, 1)}
	for !e.replied || !e.idle {
		r, err := c.next(ctx, waiting)
		if err == nil {
			err = e.take(running, r)
		}
		if err != nil {
			return e.reply, fmt.Errorf("execute: %w", err)
		}
	}
	select {
	case err := <-e.inputFailed:
		return e.reply, fmt.Errorf("execute: no answer to the cell's question: %w", err)
	default:
		return e.reply, nil
	}
}

// execution is the state of an Execute.
type execution struct {
	client        *Client
	handler       Handler
	reply         protocol.ExecuteReply
	replied, idle bool
	inputFailed   chan error
}

func (e *execution) take(running context.Context, r received) error {
	switch r.channel {
	case protocol.Shell:
		e.replied = true
		return r.message.Into(&e.reply)
	case protocol.Stdin:
		var question protocol.InputRequest
		if err := r.message.Into(&question); err != nil {
			return err
		}
		go e.answer(running, r.message, question)
	case protocol.IOPub:
		if r.message.Header.MsgType == (protocol.KernelStatus{}).MsgType() {
			var status protocol.KernelStatus
			err := r.message.Into(&status)
			e.idle = e.idle || status.ExecutionState == protocol.Idle
			return err
		}
		content, err := output(r.message)
		if err != nil {
			return err
		}
		if content != nil && e.handler.Output != nil {
			e.handler.Output(content)
		}
	}
	return nil
}

// answer asks the handler and sends what it says.
func (e *execution) answer(running context.Context, request *protocol.Message, question protocol.InputRequest) {
	if e.handler.Input == nil {
		e.giveUp(running, fmt.Errorf("%q was asked and there is nobody to answer", question.Prompt))
		return
	}
	line, err := e.handler.Input(running, question)
	if running.Err() != nil {
		return
	}
	if err != nil {
		e.giveUp(running, err)
		return
	}
	_, err = e.client.Send(running, protocol.Stdin, request, protocol.InputReply{Status: protocol.StatusOK, Value: line})
	if err != nil {
		e.giveUp(running, err)
	}
}

// giveUp interrupts the cell, which would wait for ever.
func (e *execution) giveUp(running context.Context, reason error) {
	select {
	case e.inputFailed <- reason:
	default: // the first reason will do
	}
	// Where this fails the kernel is lost, which Execute notices by itself.
	_ = e.client.Interrupt(running)
}

// output reads a message that is a cell's output; nil for any other.
func output(m *protocol.Message) (protocol.Content, error) {
	switch m.Header.MsgType {
	case "stream":
		return read[protocol.Stream](m)
	case "display_data":
		return read[protocol.DisplayData](m)
	case "update_display_data":
		return read[protocol.UpdateDisplayData](m)
	case "execute_result":
		return read[protocol.ExecuteResult](m)
	case "clear_output":
		return read[protocol.ClearOutput](m)
	case "execute_input":
		return read[protocol.ExecuteInput](m)
	case "error":
		return read[protocol.Error](m)
	}
	return nil, nil
}

func read[T protocol.Content](m *protocol.Message) (protocol.Content, error) {
	var content T
	err := m.Into(&content)
	return content, err
}
