package venv

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// ErrNoPython says that the machine has no Python that environments can be made with.
var ErrNoPython = errors.New("no Python 3.10 or later with the venv module found")

// candidates are the names under which platforms have a Python 3, the usual one first.
var candidates = []string{"python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"}

// FindPython returns the path of a Python on the PATH that is at least 3.10
// and can make virtual environments. Where there is none the error is an
// ErrNoPython that says what was tried.
func FindPython(ctx context.Context) (string, error) {
	var tried []string
	for _, name := range candidates {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		reason := unfit(ctx, path)
		if reason == "" {
			return path, nil
		}
		tried = append(tried, path+": "+reason)
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if len(tried) == 0 {
		return "", ErrNoPython
	}
	return "", fmt.Errorf("%w (%s)", ErrNoPython, strings.Join(tried, "; "))
}

// unfit says why the interpreter won't do; it returns "" for one that will.
func unfit(ctx context.Context, python string) string {
	// Debian's python3 has the module venv and lacks ensurepip until
	// python3-venv is installed.
	const probe = `
import sys
if sys.version_info < (3, 10): sys.exit("it is Python %d.%d" % sys.version_info[:2])
try: import venv, ensurepip
except ImportError as e: sys.exit("%s; on Debian and Ubuntu: apt-get install python3-venv" % e)
`
	out, err := exec.CommandContext(ctx, python, "-c", probe).CombinedOutput()
	if err == nil {
		return ""
	}
	if text := strings.TrimSpace(string(out)); text != "" {
		return text
	}
	return err.Error()
}
