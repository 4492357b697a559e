package cell

import (
	"go/types"
	"slices"
)

// helperPath is a package that exported programs import, and cells need not know.
const helperPath = "lockstep/runtime/support"

// packages are all that cells may import, path → name, as far as the importer
// tells. What lowered code alone imports is not for users.
func (s *Session) packages() map[string]string {
	lister, ok := s.importer.(interface{ Packages() map[string]string })
	if !ok {
		return nil
	}
	packages := lister.Packages()
	delete(packages, helperPath)
	return packages
}

// pathsNamed are the import paths of the packages of a name, the likeliest first.
func (s *Session) pathsNamed(name string) []string {
	lister, ok := s.importer.(interface{ PathsNamed(name string) []string })
	if !ok {
		return nil
	}
	return slices.DeleteFunc(lister.PathsNamed(name), func(path string) bool { return path == helperPath })
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
