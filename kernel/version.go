package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// version is what the version flag prints.
func version() string {
	return fmt.Sprintf("lockstep %s, %s %s/%s", release(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// release is the version that the build recorded; where there is none, as in a
// build from a work tree, it is the commit.
func release() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return "devel"
	}
	name := "devel-" + revision[:min(12, len(revision))]
	if settings["vcs.modified"] == "true" {
		name += "-modified"
	}
	return name
}

// languageVersion is the version of Go whose rules cells follow, as "1.26.1".
func languageVersion() string { return strings.TrimPrefix(runtime.Version(), "go") }
