package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"lockstep/kernel/cell/exportdata/archive"
)

func TestArchivesAreCurrent(t *testing.T) {
	for name, patterns := range patterns {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("..", "data", name+".zip"))
			if err != nil {
				t.Fatal(err)
			}
			a, err := archive.Open(data)
			if err != nil {
				t.Fatal(err)
			}
			if name == "std" && a.Version() != runtime.Version() {
				t.Skipf("the archive is %s's; this is %s", a.Version(), runtime.Version())
			}
			entries, err := collect(patterns...)
			if err != nil {
				t.Fatal(err)
			}
			var paths []string
			for _, e := range entries {
				paths = append(paths, e.Path)
				if got, err := a.Data(e.Path); err != nil || !bytes.Equal(got, e.Data) {
					t.Errorf("%s has changed (error: %v); run: go generate -run %s ./kernel/cell/docs", e.Path, err, name)
				}
			}
			slices.Sort(paths)
			if got := a.Paths(); !slices.Equal(got, paths) {
				t.Errorf("the archive has %q, the source %q; run: go generate -run %s ./kernel/cell/docs", got, paths, name)
			}
		})
	}
}
