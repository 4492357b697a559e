package main

import (
	"bytes"
	"os"
	"testing"
)

func TestTableIsCurrent(t *testing.T) {
	want, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../table.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the table has changed; run: go generate ./kernel/worker/instances")
	}
}
