// Command lockstep is a Jupyter kernel for Go, and what goes with it on the
// command line.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/alecthomas/kong"

	"lockstep/kernel/worker"
)

// The exit codes besides 0. A command that a signal has ended exits with 128
// and the signal's number, as a shell reports it.
const (
	exitFailed = 1
	exitUsage  = 2
)

type commands struct {
	Version kong.VersionFlag `help:"Print the version and exit."`

	Serve   serveCommand   `cmd:"" help:"Be a Jupyter kernel. This is what Jupyter starts."`
	Run     runCommand     `cmd:"" help:"Run the cells of a notebook and print what they show."`
	Course  courseCommand  `cmd:"" help:"The exercises of the course: list, hints, solutions, checks, your progress."`
	Export  exportCommand  `cmd:"" help:"Write a notebook as a plain Go program."`
	Grade   gradeCommand   `cmd:"" help:"Grade the notebooks that learners have handed in."`
	Test    testCommand    `cmd:"" help:"Run notebooks and compare what they show with what they showed."`
	Examine examineCommand `cmd:"" hidden:"" help:"Grade one notebook, as grade does with each."`
	Worker  workerCommand  `cmd:"" hidden:"" help:"Run the cells of a kernel, which starts this itself."`
}

type workerCommand struct{}

func (workerCommand) Run() error { return worker.Main(context.Background()) }

func main() { os.Exit(lockstep(os.Args[1:])) }

func lockstep(args []string) int {
	var given commands
	parser := kong.Must(&given,
		kong.Name("lockstep"),
		kong.Description("A Jupyter kernel for Go. Install it with go run ./install."),
		kong.Vars{"version": version(), "history": historyFile()},
	)
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "lockstep:", err)
		return exitUsage
	}
	return exitCode(command.Run())
}

// exitCode tells the user of an error, and the shell.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "lockstep:", err)
	var stopped *signalError
	if errors.As(err, &stopped) {
		return stopped.exitCode()
	}
	return exitFailed
}
