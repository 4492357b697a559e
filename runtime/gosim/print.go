package gosim

import (
	"os"

	"lockstep/runtime/support"
)

// Stdout is os.Stdout, and in a simulation nothing where that prints nothing: in the
// schedules that Explore tries, and in what is left when a simulation has ended.
func Stdout() *os.File { return support.Stdout() }

// Stderr is os.Stderr, likewise.
func Stderr() *os.File { return support.Stderr() }

// Print is fmt.Print to Stdout.
func Print(a ...any) (n int, err error) { return support.Print(a...) }

// Println is fmt.Println to Stdout.
func Println(a ...any) (n int, err error) { return support.Println(a...) }

// Printf is fmt.Printf to Stdout.
func Printf(format string, a ...any) (n int, err error) { return support.Printf(format, a...) }
