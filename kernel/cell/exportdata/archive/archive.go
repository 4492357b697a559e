// Package archive reads and writes what the kernel carries of Go packages: zip
// files with one entry a package. It has an importer for entries that are export
// data as gcexportdata writes it.
package archive

import (
	"archive/zip"
	"bytes"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/gcexportdata"
)

// An Archive is an opened file with an entry a package. It is safe for use by several
// goroutines.
type Archive struct {
	version string
	entries map[string]*zip.File
}

// Open reads the index of an archive; the packages in it are decompressed when
// they are asked for.
func Open(data []byte) (*Archive, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("open archive of packages: %w", err)
	}
	a := &Archive{version: r.Comment, entries: make(map[string]*zip.File, len(r.File))}
	for _, f := range r.File {
		a.entries[f.Name] = f
	}
	return a, nil
}

// Version is the version of Go that the packages were read from, as
// runtime.Version gives it.
func (a *Archive) Version() string { return a.version }

// Paths returns the import paths of the packages in the archive, sorted.
func (a *Archive) Paths() []string { return slices.Sorted(maps.Keys(a.entries)) }

// Name returns the name in the package clause of the package with the given
// import path, and whether the archive has that package.
func (a *Archive) Name(path string) (string, bool) {
	f, ok := a.entries[path]
	if !ok {
		return "", false
	}
	return f.Comment, true
}

// Data returns the entry of a package. The error is an [*UnknownPackageError] if
// the archive doesn't have it.
func (a *Archive) Data(path string) ([]byte, error) {
	f, ok := a.entries[path]
	if !ok {
		return nil, &UnknownPackageError{Path: path}
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("archive entry of package %s: %w", path, err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("archive entry of package %s: %w", path, err)
	}
	return data, nil
}

// Encode returns the export data of one package, without positions: they would
// name directories of the machine that wrote them.
func Encode(pkg *types.Package) ([]byte, error) {
	var b bytes.Buffer
	if err := gcexportdata.Write(&b, nil, pkg); err != nil {
		return nil, fmt.Errorf("export data of package %s: %w", pkg.Path(), err)
	}
	return b.Bytes(), nil
}

// An Entry is what an archive has of one package.
type Entry struct {
	// Path is the package's import path, Name what its package clause says.
	Path, Name string
	Data       []byte
}

// Write writes an archive of the export data of pkgs. See [WriteEntries].
func Write(w io.Writer, version string, pkgs []*types.Package) error {
	entries := make([]Entry, len(pkgs))
	for i, pkg := range pkgs {
		data, err := Encode(pkg)
		if err != nil {
			return err
		}
		entries[i] = Entry{Path: pkg.Path(), Name: pkg.Name(), Data: data}
	}
	return WriteEntries(w, version, entries)
}

// WriteEntries writes an archive. The same entries, in any order, give the same
// bytes. version is what [Archive.Version] is to return.
func WriteEntries(w io.Writer, version string, entries []Entry) error {
	entries = slices.SortedFunc(slices.Values(entries), func(a, b Entry) int {
		return strings.Compare(a.Path, b.Path)
	})
	z := zip.NewWriter(w)
	if err := z.SetComment(version); err != nil {
		return err
	}
	for _, e := range entries {
		f, err := z.CreateHeader(&zip.FileHeader{Name: e.Path, Comment: e.Name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := f.Write(e.Data); err != nil {
			return err
		}
	}
	return z.Close()
}

// UnknownPackageError says that no archive has a package.
type UnknownPackageError struct {
	// Path is the import path that was asked for.
	Path string
}

// Error words it as the go command does.
func (e *UnknownPackageError) Error() string { return "package " + e.Path + " is not in std" }

// An Importer gives the packages of archives to go/types. It is a
// [types.ImporterFrom] and safe for use by several goroutines.
type Importer struct {
	archives []*Archive
	fset     *token.FileSet

	mu       sync.Mutex
	packages map[string]*types.Package
}

// NewImporter returns an importer of the packages in the archives; the first
// archive that has a package gives it. All packages that one Importer returns
// share their types; those of two Importers are strangers to each other.
func NewImporter(fset *token.FileSet, archives ...*Archive) *Importer {
	return &Importer{archives: archives, fset: fset, packages: map[string]*types.Package{}}
}

// Import returns the package with the given import path. The error is an
// [*UnknownPackageError] if there is none.
func (m *Importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	// A package that another one's export data mentions is there but incomplete.
	if pkg := m.packages[path]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	for _, a := range m.archives {
		if _, ok := a.entries[path]; !ok {
			continue
		}
		data, err := a.Data(path)
		if err != nil {
			return nil, err
		}
		pkg, err := gcexportdata.Read(bytes.NewReader(data), m.fset, m.packages, path)
		if err != nil {
			return nil, fmt.Errorf("export data of package %s: %w", path, err)
		}
		hideInternal(pkg)
		return pkg, nil
	}
	return nil, &UnknownPackageError{Path: path}
}

// hideInternal removes internal packages from pkg's imports. go/types writes a
// package's path in quotes where two of the packages imported share a name; with
// internal/sync in sight every error about sync.Mutex would say "sync".Mutex.
// Nothing else reads the list.
func hideInternal(pkg *types.Package) {
	pkg.SetImports(slices.DeleteFunc(slices.Clone(pkg.Imports()), func(p *types.Package) bool {
		return !Importable(p.Path())
	}))
}

// Importable says whether a cell may import a package of the given path: a program
// outside the standard library and the kernel's module may, and the package isn't
// for such programs only.
func Importable(path string) bool {
	if path == "lockstep/runtime/gosim" {
		return false
	}
	for element := range strings.SplitSeq(path, "/") {
		if element == "internal" || element == "vendor" {
			return false
		}
	}
	return true
}

// ImportFrom is Import: there are no vendored packages, so that the importing
// directory doesn't matter. mode is ignored.
func (m *Importer) ImportFrom(path, dir string, mode types.ImportMode) (*types.Package, error) {
	return m.Import(path)
}
