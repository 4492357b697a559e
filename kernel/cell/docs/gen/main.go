// Command gen writes the archives of doc comments. It runs in the folder of
// package docs:
//
//	go run ./gen std        the standard library
//	go run ./gen runtime    the runtime's packages
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"

	"lockstep/kernel/cell/exportdata/archive"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// patterns are what go list is asked for, by the name of the archive.
var patterns = map[string][]string{
	"std":     {"std", "builtin"},
	"runtime": {"lockstep/runtime/...", "lockstep/lessons/course"},
}

func run(args []string) error {
	if len(args) != 1 || patterns[args[0]] == nil {
		return errors.New("usage: gen std|runtime")
	}
	entries, err := collect(patterns[args[0]]...)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := archive.WriteEntries(&b, runtime.Version(), entries); err != nil {
		return err
	}
	return os.WriteFile("data/"+args[0]+".zip", b.Bytes(), 0o644)
}
