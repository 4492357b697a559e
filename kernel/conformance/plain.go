package main

import (
	"context"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"strconv"

	"github.com/traefik/yaegi/interp"

	"lockstep/kernel/execution"
	"lockstep/kernel/worker/symbols"
)

// plain judges a program as the interpreter runs it by itself, in a process of its own.
func (o *options) plain(path string) (passes bool) {
	want, err := os.ReadFile(outFile(path))
	if err != nil && !os.IsNotExist(err) {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), o.Timeout)
	defer cancel()
	command := exec.CommandContext(ctx, "/proc/self/exe", "--plain", path)
	var out capture
	command.Stdout, command.Stderr = stream{&out, execution.Stdout}, stream{&out, execution.Stderr}
	return command.Run() == nil && out.shows(string(want))
}

// stream writes to a capture.
type stream struct {
	to   *capture
	name execution.Stream
}

func (s stream) Write(p []byte) (int, error) {
	s.to.Stream(s.name, string(p))
	return len(p), nil
}

// runPlain has the interpreter run a program, with the packages that cells have.
func runPlain(path string) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	i := interp.New(interp.Options{Unrestricted: true})
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		exports, ok := symbols.Lookup(name)
		if !ok {
			return fmt.Errorf("no package %s", name)
		}
		if err := i.Use(exports); err != nil {
			return err
		}
	}
	_, err = i.EvalPath(path)
	return err
}
