// Package lab finds or prepares a JupyterLab and opens the lessons in it.
package lab

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"lockstep/install/venv"
)

// PrivatePrefix begins the names of the folders that Private makes.
const PrivatePrefix = "lab-"

// oldest is the first major version of JupyterLab that the lessons are meant for.
const oldest = 4

//go:embed requirements.txt
var requirements string

// Requirements is the pip requirements file of the JupyterLab that Private
// makes: every package with its exact version.
func Requirements() string { return requirements }

// Lab is a JupyterLab that can be started.
type Lab struct {
	// Command is the path of jupyter-lab.
	Command string
	// Version is what the command calls its version, such as "4.5.0".
	Version string
	env     []string
}

// OnPath returns the JupyterLab on the PATH. Where there is none, or only one
// that is broken or too old, the error says so.
func OnPath(ctx context.Context) (Lab, error) {
	path, err := exec.LookPath("jupyter-lab")
	if err != nil {
		return Lab{}, fmt.Errorf("no JupyterLab on the PATH: %w", err)
	}
	lab := Lab{Command: path, env: os.Environ()}
	if lab.Version, err = lab.version(ctx); err != nil {
		return Lab{}, err
	}
	major, _, _ := strings.Cut(lab.Version, ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldest {
		return Lab{}, fmt.Errorf("the JupyterLab on the PATH, %s, is version %s, and the lessons want %d", path, lab.Version, oldest)
	}
	return lab, nil
}

// Private returns a JupyterLab with its own Python environment in a folder
// under parent, and installs it there if need be, which takes about half a
// minute and a package index. Progress goes to log.
func Private(ctx context.Context, parent string, log io.Writer) (Lab, error) {
	python, err := venv.FindPython(ctx)
	if err != nil {
		return Lab{}, fmt.Errorf("JupyterLab needs Python: %w", err)
	}
	env, err := venv.Ensure(ctx, parent, PrivatePrefix, python, requirements, log)
	if err != nil {
		return Lab{}, fmt.Errorf("install JupyterLab in %s: %w", parent, err)
	}
	lab := Lab{Command: env.Command("jupyter-lab"), env: env.Environ(os.Environ())}
	lab.Version, err = lab.version(ctx)
	return lab, err
}

func (l Lab) version(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, l.Command, "--version")
	cmd.Env = l.env
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", l.Command, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// Session says what a Lab is started with.
type Session struct {
	// Folder is the folder that JupyterLab shows.
	Folder string
	// DataDirs are Jupyter data folders to look for kernels in before the usual ones.
	DataDirs []string
	// Args are further arguments of jupyter-lab.
	Args []string
}

// Run runs JupyterLab in the foreground, with this process's standard streams,
// until it ends, and returns how. When ctx ends it is asked to stop.
func (l Lab) Run(ctx context.Context, s Session) error {
	args := []string{"--ServerApp.root_dir=" + s.Folder}
	if os.Geteuid() == 0 {
		// Jupyter's own safeguard against serving as root by mistake.
		args = append(args, "--allow-root")
	}
	cmd := exec.CommandContext(ctx, l.Command, append(args, s.Args...)...)
	cmd.Env = l.env
	if len(s.DataDirs) > 0 {
		path := strings.Join(append(s.DataDirs, filepath.SplitList(os.Getenv("JUPYTER_PATH"))...), string(os.PathListSeparator))
		cmd.Env = append(cmd.Env[:len(cmd.Env):len(cmd.Env)], "JUPYTER_PATH="+path)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return terminate(cmd.Process) }
	cmd.WaitDelay = 10 * time.Second
	return cmd.Run()
}
