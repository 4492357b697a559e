package cell

import (
	"go/types"
	"maps"
	"slices"
	"strings"
)

// forHelp says that a package is one that exported programs and the runtime's
// generic code import, and cells need not know.
func forHelp(path string) bool {
	return path == "lockstep/runtime/support" || strings.HasPrefix(path, "lockstep/runtime/support/")
}

// packages are all that cells may import, path → name, as far as the importer
// tells. What lowered code alone imports is not for users.
func (s *Session) packages() map[string]string {
	lister, ok := s.importer.(interface{ Packages() map[string]string })
	if !ok {
		return nil
	}
	packages := lister.Packages()
	maps.DeleteFunc(packages, func(path, _ string) bool { return forHelp(path) })
	return packages
}

// pathsNamed are the import paths of the packages of a name, the likeliest first.
func (s *Session) pathsNamed(name string) []string {
	lister, ok := s.importer.(interface{ PathsNamed(name string) []string })
	if !ok {
		return nil
	}
	return slices.DeleteFunc(lister.PathsNamed(name), forHelp)
}

// packagesNamed are the packages of a name, the likeliest first.
func (s *Session) packagesNamed(name string) []*types.Package {
	var pkgs []*types.Package
	for _, path := range s.pathsNamed(name) {
		if pkg, err := s.importer.Import(path); err == nil {
			pkgs = append(pkgs, pkg)
		}
	}
	return pkgs
}
