package support

import (
	"fmt"
	"io"
	"log"
	"os"

	"lockstep/runtime/internal/scope"
)

// Stdout stands for os.Stdout: the standard output of the calling goroutine's cell.
func Stdout() *os.File {
	s := scope.Current()
	stdout, _ := s.Streams()
	s.Printing(false)
	return stdout
}

// Stderr stands for os.Stderr.
func Stderr() *os.File {
	s := scope.Current()
	_, stderr := s.Streams()
	s.Printing(true)
	return stderr
}

// Print stands for fmt.Print.
func Print(a ...any) (n int, err error) { return fmt.Fprint(Stdout(), a...) }

// Println stands for fmt.Println.
func Println(a ...any) (n int, err error) { return fmt.Fprintln(Stdout(), a...) }

// Printf stands for fmt.Printf.
func Printf(format string, a ...any) (n int, err error) {
	return fmt.Fprintf(Stdout(), format, a...)
}

// StderrWriter returns a writer that looks up the scope at each Write, for
// things that outlive a cell, such as the default logger.
func StderrWriter() io.Writer { return stderrWriter{} }

type stderrWriter struct{}

func (stderrWriter) Write(p []byte) (int, error) { return Stderr().Write(p) }

// Fatal stands for log.Fatal.
func Fatal(a ...any) {
	_ = log.Output(2, fmt.Sprint(a...))
	Exit(1)
}

// Fatalf stands for log.Fatalf.
func Fatalf(format string, a ...any) {
	_ = log.Output(2, fmt.Sprintf(format, a...))
	Exit(1)
}

// Fatalln stands for log.Fatalln.
func Fatalln(a ...any) {
	_ = log.Output(2, fmt.Sprintln(a...))
	Exit(1)
}
