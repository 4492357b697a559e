package bench_test

import (
	"os"
	"testing"

	"lockstep/kernel/jupytertest"
)

// BenchmarkBesideIpykernel prints the table of compare.py. The time that the
// benchmark itself reports says nothing.
func BenchmarkBesideIpykernel(b *testing.B) {
	jupyter := jupytertest.Installed(b)
	cmd := jupyter.Command(b.Context(), "python", "compare.py")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
}
