package archive_test

import (
	"go/token"
	"go/types"
	"maps"
	"slices"
	"testing"

	"lockstep/kernel/cell/exportdata/archive"
)

func TestPathsNamed(t *testing.T) {
	clause := func(path, name string) *types.Package { return check(t, path, "package "+name, nil) }
	first, err := archive.Open(write(t, clause("crypto/rand", "rand"), clause("math/rand/v2", "rand"), clause("math/rand", "rand"),
		clause("runtime/trace", "trace"), clause("html/template", "template"), clause("text/template", "template")))
	if err != nil {
		t.Fatal(err)
	}
	second, err := archive.Open(write(t, clause("lockstep/runtime/trace", "trace"), clause("math/rand", "rand")))
	if err != nil {
		t.Fatal(err)
	}
	importer := archive.NewImporter(token.NewFileSet(), first, second)
	for name, want := range map[string][]string{
		"rand":     {"math/rand", "crypto/rand", "math/rand/v2"},
		"template": {"text/template", "html/template"},
		"trace":    {"runtime/trace", "lockstep/runtime/trace"},
		"unsafe":   {"unsafe"},
		"v2":       nil,
		"Rand":     nil,
		"":         nil,
	} {
		if got := importer.PathsNamed(name); !slices.Equal(got, want) {
			t.Errorf("PathsNamed(%q) = %q, want %q", name, got, want)
		}
	}
	want := map[string]string{
		"crypto/rand": "rand", "math/rand/v2": "rand", "math/rand": "rand", "runtime/trace": "trace", "lockstep/runtime/trace": "trace",
		"html/template": "template", "text/template": "template", "unsafe": "unsafe",
	}
	if got := importer.Packages(); !maps.Equal(got, want) {
		t.Errorf("Packages() = %v", got)
	}
}
