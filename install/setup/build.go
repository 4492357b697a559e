package setup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"lockstep/install/atomicfile"
)

// kernelPackage is the import path of the kernel's command.
const kernelPackage = "lockstep/kernel"

// ErrNoSource says that the kernel can't be built for want of its source.
var ErrNoSource = errors.New("the working directory isn't in Lockstep's source folder")

// SourceDir is the root folder of Lockstep's source, which the working
// directory is in. Elsewhere the error is ErrNoSource.
func SourceDir(ctx context.Context) (string, error) {
	out, err := goCommand(ctx, "", "list", "-m", "-f", "{{.Path}}\n{{.Dir}}")
	path, dir, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if path == "lockstep" && dir != "" {
		return dir, nil
	}
	if errors.Is(err, exec.ErrNotFound) || ctx.Err() != nil {
		return "", err
	}
	return "", ErrNoSource
}

// build builds the kernel of the module in the folder source
// into the file binary, replacing one that is there and perhaps runs.
func build(ctx context.Context, source, binary string) error {
	dir := filepath.Dir(binary)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	// Built beside its place, so that the last step is one rename.
	tmp, err := os.MkdirTemp(dir, ".lockstep-build-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	built := filepath.Join(tmp, filepath.Base(binary))
	args := []string{"build", "-trimpath", "-o", built, kernelPackage}
	if _, err := goCommand(ctx, source, args...); err != nil {
		// Git refuses to speak about a folder of another user, as under sudo.
		if !strings.Contains(err.Error(), "-buildvcs=false") {
			return err
		}
		if _, err := goCommand(ctx, source, append([]string{"build", "-buildvcs=false"}, args[1:]...)...); err != nil {
			return err
		}
	}
	return atomicfile.Replace(built, binary)
}

// goCommand runs the go command in dir and returns what it prints. The binary
// that it builds needs no C library, so that it runs in other images too.
func goCommand(ctx context.Context, dir string, args ...string) ([]byte, error) {
	path, err := exec.LookPath("go")
	if err != nil {
		return nil, fmt.Errorf("building the kernel needs Go, see https://go.dev/doc/install: %w", err)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return out, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}
