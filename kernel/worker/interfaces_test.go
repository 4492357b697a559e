package worker

import (
	"testing"

	"lockstep/kernel/worker/symbols"
)

func TestInterfacePackages(t *testing.T) {
	for path, want := range map[string]string{
		"fmt":           "io",      // func Fprint(w io.Writer, …)
		"encoding/json": "io",      // func NewEncoder(w io.Writer)
		"os/exec":       "context", // func CommandContext(ctx context.Context, …)
		"bufio":         "io",      // a method: (*Reader).WriteTo(w io.Writer)
		"log/slog":      "io",
	} {
		exports, ok := symbols.Lookup(path)
		if !ok {
			t.Fatal("no package", path)
		}
		if got := interfacePackages(exports); !got[want] {
			t.Errorf("%s takes interfaces of %v, want %s among them", path, got, want)
		}
	}
}

func BenchmarkInterfacePackagesOfHTTP(b *testing.B) {
	exports, _ := symbols.Lookup("net/http")
	for b.Loop() {
		interfacePackages(exports)
	}
}
