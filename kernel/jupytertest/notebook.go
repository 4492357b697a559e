package jupytertest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Notebook writes a notebook of code cells for the kernel, in a folder of its own,
// and returns its path.
func Notebook(t testing.TB, codes ...string) string {
	t.Helper()
	cells := make([]map[string]any, len(codes))
	for i, code := range codes {
		cells[i] = map[string]any{
			"cell_type": "code", "id": fmt.Sprint("cell-", i), "source": code,
			"metadata": map[string]any{}, "outputs": []any{}, "execution_count": nil,
		}
	}
	text, err := json.Marshal(map[string]any{
		"nbformat": 4, "nbformat_minor": 5, "cells": cells,
		"metadata": map[string]any{"kernelspec": map[string]any{"name": "lockstep", "display_name": "Go", "language": "go"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "in.ipynb")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
