package support

import (
	"fmt"
	"io"

	"lockstep/runtime/internal/scope"
)

// Stdin stands for os.Stdin as a reader. What it reads comes from the scope of
// the goroutine that calls Read: a bufio.Scanner made in one cell asks for input
// in the cell that uses it.
func Stdin() io.Reader { return stdin{} }

type stdin struct{}

func (stdin) Read(p []byte) (int, error) { return scope.Current().Stdin.Read(p) }

// Scan stands for fmt.Scan.
func Scan(a ...any) (n int, err error) { return fmt.Fscan(scope.Current().Stdin, a...) }

// Scanln stands for fmt.Scanln.
func Scanln(a ...any) (n int, err error) { return fmt.Fscanln(scope.Current().Stdin, a...) }

// Scanf stands for fmt.Scanf.
func Scanf(format string, a ...any) (n int, err error) {
	return fmt.Fscanf(scope.Current().Stdin, format, a...)
}
