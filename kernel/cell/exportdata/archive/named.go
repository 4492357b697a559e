package archive

import (
	"cmp"
	"slices"
	"strings"
)

// usual is the package that people mean by a name that several packages have.
var usual = map[string]string{
	"pprof":    "runtime/pprof",
	"rand":     "math/rand",
	"scanner":  "text/scanner",
	"template": "text/template",
}

// PathsNamed returns the import paths of the packages whose package clause says
// name, the likeliest first: the one that people usually mean, then short paths
// before long ones.
func (m *Importer) PathsNamed(name string) []string {
	var paths []string
	if name == "unsafe" {
		paths = append(paths, "unsafe")
	}
	for _, a := range m.archives {
		for path, f := range a.entries {
			if f.Comment == name && !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	slices.SortFunc(paths, func(a, b string) int {
		switch usual[name] {
		case a:
			return -1
		case b:
			return 1
		}
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	return paths
}

// Packages returns the import paths of all packages that can be imported, and
// the name that each one's package clause says.
func (m *Importer) Packages() map[string]string {
	names := map[string]string{"unsafe": "unsafe"}
	for _, a := range m.archives {
		for path, f := range a.entries {
			names[path] = f.Comment
		}
	}
	return names
}
