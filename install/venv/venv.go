// Package venv makes Python virtual environments with exactly pinned packages,
// and keeps them for the next time.
package venv

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// marker is the file that is written into an environment last: without it the
// environment is only part of one.
const marker = "lockstep-complete"

// Env is a virtual environment on disk.
type Env struct {
	// Dir is the environment's folder.
	Dir string
}

// Python is the path of the environment's interpreter.
func (e Env) Python() string { return e.Command("python") }

// Command is the path at which the environment has, or would have, the command
// of that name.
func (e Env) Command(name string) string {
	return filepath.Join(e.Bin(), name+exeSuffix())
}

// Bin is the environment's folder of commands.
func (e Env) Bin() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(e.Dir, "Scripts")
	}
	return filepath.Join(e.Dir, "bin")
}

// Environ is base, a list of KEY=value, changed so that commands of this
// environment are found first and nothing of another one is mixed in.
func (e Env) Environ(base []string) []string {
	path := e.Bin()
	var out []string
	for _, kv := range base {
		key, value, _ := strings.Cut(kv, "=")
		if runtime.GOOS == "windows" {
			key = strings.ToUpper(key)
		}
		switch key {
		case "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX":
		case "PATH":
			path += string(os.PathListSeparator) + value
		default:
			out = append(out, kv)
		}
	}
	return append(out, "PATH="+path, "VIRTUAL_ENV="+e.Dir)
}

// Ensure returns the environment under parent that holds the packages of
// requirements (the text of a pip requirements file) for the interpreter
// python, and makes it if it isn't there yet or is broken. Its folder is named
// prefix and a hash of the requirements and the interpreter.
//
// Several processes may call Ensure at once: one of them makes the
// environment, the others wait. Progress goes to log.
func Ensure(ctx context.Context, parent, prefix, python, requirements string, log io.Writer) (Env, error) {
	id, err := identify(ctx, python)
	if err != nil {
		return Env{}, err
	}
	sum := sha256.Sum256([]byte(requirements + "\x00" + id))
	env := Env{Dir: filepath.Join(parent, prefix+hex.EncodeToString(sum[:6]))}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return Env{}, err
	}
	lock := flock.New(env.Dir + ".lock")
	if _, err := lock.TryLockContext(ctx, 200*time.Millisecond); err != nil {
		return Env{}, fmt.Errorf("lock %s: %w", lock.Path(), err)
	}
	defer lock.Unlock()
	if env.complete(ctx) {
		return env, nil
	}
	if err := env.build(ctx, python, requirements, log); err != nil {
		return Env{}, err
	}
	return env, nil
}

// identify runs the interpreter and returns what distinguishes it from others:
// an environment is bound to the version and place of the one it was made by.
func identify(ctx context.Context, python string) (string, error) {
	cmd := exec.CommandContext(ctx, python, "-c", "import sys; print(sys.version, sys.base_prefix, sep='\\n')")
	out, err := cmd.Output()
	if err != nil {
		return "", commandError(python, err)
	}
	return string(bytes.TrimSpace(out)), nil
}

func (e Env) complete(ctx context.Context) bool {
	if _, err := os.Stat(filepath.Join(e.Dir, marker)); err != nil {
		return false
	}
	// The interpreter is a link to the one outside, which may have gone.
	return exec.CommandContext(ctx, e.Python(), "-m", "pip", "--version").Run() == nil
}

// build makes the environment in place, since scripts in it carry its absolute
// path; the marker, not a rename, is what makes it valid.
func (e Env) build(ctx context.Context, python, requirements string, log io.Writer) error {
	if err := os.RemoveAll(e.Dir); err != nil {
		return err
	}
	if err := run(ctx, log, python, "-m", "venv", e.Dir); err != nil {
		return err
	}
	list := filepath.Join(e.Dir, "requirements.txt")
	if err := os.WriteFile(list, []byte(requirements), 0o644); err != nil {
		return err
	}
	err := run(ctx, log, e.Python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--requirement", list)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(e.Dir, marker), nil, 0o644)
}

func run(ctx context.Context, log io.Writer, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	var tail bytes.Buffer
	cmd.Stdout = io.MultiWriter(log, &tail)
	cmd.Stderr = cmd.Stdout
	err := cmd.Run()
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, lastLines(tail.String(), 12))
}

func commandError(name string, err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%s: %w\n%s", name, err, lastLines(string(exit.Stderr), 12))
	}
	return fmt.Errorf("%s: %w", name, err)
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

func exeSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
