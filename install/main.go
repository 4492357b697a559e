// Command install makes Jupyter offer the Lockstep kernel: it builds the
// kernel from this source and registers it, removes it again, and opens the
// lessons in JupyterLab.
//
//	go run ./install              for the user
//	go run ./install -lab         and open the lessons
//	go run ./install -uninstall   remove it
//	go run ./install -help        all options
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"lockstep/install/lab"
	"lockstep/install/setup"
)

const description = `Build the Lockstep kernel and register it with Jupyter.

Without options it is installed for you alone. Options may be written with one dash or two.`

// options is the command line.
type options struct {
	Prefix    string   `help:"Install under DIR, such as a Python environment: DIR/share/jupyter/kernels and DIR/bin." placeholder:"DIR" xor:"place"`
	System    bool     `help:"Install for all users, under /usr/local." xor:"place"`
	Uninstall bool     `help:"Remove what was installed in that place." xor:"action"`
	Lab       bool     `help:"Open the lessons in JupyterLab afterwards: in the one on the PATH, or in a private one that is installed for it." xor:"action"`
	Lessons   string   `help:"Language of the lessons to open, zh or en (default: by your locale)." enum:"zh,en," default:"" placeholder:"LANG"`
	LabArgs   []string `arg:"" optional:"" name:"lab-option" help:"After --, with -lab: options for JupyterLab, such as --no-browser or --port=8890."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		if ctx.Err() != nil {
			fmt.Fprintln(os.Stderr, "install: interrupted")
			os.Exit(130)
		}
		fmt.Fprintln(os.Stderr, "install:", err)
		var usage *kong.ParseError
		if errors.As(err, &usage) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var opts options
	parser, err := kong.New(&opts, kong.Name("install"), kong.Description(description))
	if err != nil {
		return err
	}
	if _, err := parser.Parse(twoDashes(args)); err != nil {
		return err
	}
	if len(opts.LabArgs) > 0 && !opts.Lab {
		return fmt.Errorf("unexpected %q: only -lab takes further arguments", opts.LabArgs)
	}
	place, err := opts.place()
	if err != nil {
		return err
	}
	if opts.Uninstall {
		return opts.explain(uninstall(place))
	}
	source, err := setup.SourceDir(ctx)
	if err != nil {
		return err
	}
	fmt.Println("Building the kernel …")
	dir, err := setup.Install(ctx, place, source)
	if err != nil {
		return opts.explain(err)
	}
	fmt.Println("Installed", place.Binary)
	fmt.Println("Registered the kernel Go (Lockstep) in", dir)
	if !opts.Lab {
		return nil
	}
	return openLab(ctx, opts, place, source)
}

// twoDashes gives options of several letters their second dash: Go's commands
// take one, and kong wants two.
func twoDashes(args []string) []string {
	out := make([]string, len(args))
	for i, arg := range args {
		if arg == "--" {
			copy(out[i:], args[i:])
			break
		}
		if len(arg) > 2 && arg[0] == '-' && arg[1] != '-' {
			arg = "-" + arg
		}
		out[i] = arg
	}
	return out
}

func (o options) place() (setup.Place, error) {
	switch {
	case o.Prefix != "":
		return setup.Prefix(o.Prefix)
	case o.System:
		return setup.System()
	}
	return setup.User()
}

// explain adds to an error about permissions the way round it.
func (o options) explain(err error) error {
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	ways := []string{"choose a folder of your own with -prefix DIR"}
	if o.Prefix != "" {
		ways = []string{"choose another folder with -prefix"}
	}
	if o.System {
		ways = append(ways, "leave out -system to install for yourself", "run it as root (sudo)")
	}
	return fmt.Errorf("%w\nYou may not write there: %s", err, strings.Join(ways, ", or "))
}

func uninstall(place setup.Place) error {
	removed, err := setup.Uninstall(place)
	for _, path := range removed {
		fmt.Println("Removed", path)
	}
	if err == nil && len(removed) == 0 {
		fmt.Println("Nothing is installed there:", place.JupyterData, "has no Lockstep kernel.")
	}
	return err
}

func openLab(ctx context.Context, opts options, place setup.Place, source string) error {
	language := opts.Lessons
	if language == "" {
		language = lab.Language()
	}
	folder, err := lab.Lessons(source, language)
	if err != nil {
		return err
	}
	jupyter, err := findLab(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("Opening %s in JupyterLab %s; end it with Ctrl-C.\n", folder, jupyter.Version)
	session := lab.Session{Folder: folder, Args: opts.LabArgs}
	if opts.Prefix != "" {
		session.DataDirs = []string{place.JupyterData}
	}
	// Ctrl-C reaches JupyterLab by itself, and it asks whether to stop: so from
	// here it is caught and dropped. Ignoring it would be inherited.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	ctx, stop := signal.NotifyContext(context.WithoutCancel(ctx), syscall.SIGTERM)
	defer stop()
	err = jupyter.Run(ctx, session)
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		return fmt.Errorf("JupyterLab ended with %w", err)
	}
	return err
}

func findLab(ctx context.Context) (lab.Lab, error) {
	found, err := lab.OnPath(ctx)
	if err == nil {
		return found, nil
	}
	place, placeErr := setup.User()
	if placeErr != nil {
		return lab.Lab{}, placeErr
	}
	fmt.Printf("Not using your JupyterLab: %v.\nPreparing a private one in %s; the first time takes about a minute.\n", err, place.Own)
	return lab.Private(ctx, place.Own, os.Stderr)
}
