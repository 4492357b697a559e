package main

import (
	"bytes"
	"maps"
	"os"
	"runtime"
	"testing"

	"lockstep/kernel/cell/library"
)

func TestArchiveIsCurrent(t *testing.T) {
	version, err := library.Version()
	if err != nil {
		t.Fatal(err)
	}
	if version != runtime.Version() {
		t.Skipf("the archive is %s's; this is %s", version, runtime.Version())
	}
	want, err := generate("..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../data/std.zip")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the source has changed; run: go generate ./kernel/cell/library")
	}
}

func TestRuntimeIsCurrent(t *testing.T) {
	want, err := generateRuntime()
	if err != nil {
		t.Fatal(err)
	}
	got, err := onDisk("../_runtime")
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(got, want, bytes.Equal) {
		t.Error("the source has changed; run: go generate -run runtime ./kernel/cell/library")
	}
}
