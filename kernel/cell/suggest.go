package cell

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// maxPaths is how many imports a hint names for one package.
const maxPaths = 3

// suggest says what may have been meant where a type error is a name that there
// is not; "" where there is nothing to say.
func (c *checked) suggest(s *Session, e types.Error) string {
	if m := couldNot.FindStringSubmatch(e.Msg); m != nil {
		return s.suggestPath(e.Msg)
	}
	missing := strings.HasPrefix(e.Msg, "undefined: ") ||
		strings.Contains(e.Msg, " not exported by package ") ||
		strings.Contains(e.Msg, " undefined (type ") ||
		strings.HasPrefix(e.Msg, "unknown field ")
	if !missing || strings.Contains(e.Msg, "but does have ") || strings.Contains(e.Msg, "(but have ") {
		return ""
	}
	way := pathTo(c.file, e.Pos)
	if len(way) == 0 {
		return ""
	}
	id := way[len(way)-1].(*ast.Ident)
	var parent, grandparent ast.Node
	if n := len(way); n > 2 {
		parent, grandparent = way[n-2], way[n-3]
	}
	switch parent := parent.(type) {
	case *ast.SelectorExpr:
		if parent.Sel != id {
			return c.suggestName(s, id, parent.Sel.Name)
		}
		if x, ok := parent.X.(*ast.Ident); ok {
			if pkg, ok := c.info.Uses[x].(*types.PkgName); ok {
				if name := nearest(id.Name, exported(pkg.Imported())); name != "" {
					return "did you mean " + x.Name + "." + name + "?"
				}
				return ""
			}
		}
		return didYouMean(nearest(id.Name, c.memberNames(parent.X)))
	case *ast.KeyValueExpr:
		if lit, ok := grandparent.(*ast.CompositeLit); ok && parent.Key == id {
			return didYouMean(nearest(id.Name, c.fieldNames(lit)))
		}
	}
	return c.suggestName(s, id, "")
}

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return "did you mean " + name + "?"
}

// suggestName is for a name that means nothing. If it is followed by a dot and
// selected, it may be a package that isn't imported.
func (c *checked) suggestName(s *Session, id *ast.Ident, selected string) string {
	if selected != "" {
		if paths := s.pathsWith(id.Name, selected); len(paths) > 0 {
			for i, path := range paths {
				paths[i] = fmt.Sprintf("import %q", path)
			}
			return "did you mean to " + strings.Join(paths, " or ") + "?"
		}
	}
	var names []string
	c.visible(id.Pos(), func(obj types.Object) { names = append(names, obj.Name()) })
	if !c.program {
		names = append(names, slices.Sorted(maps.Keys(s.imports))...)
	}
	if selected == "" { // nothing predeclared has members
		names = append(names, types.Universe.Names()...)
	}
	if name := nearest(id.Name, names); name != "" || selected == "" {
		return didYouMean(name)
	}
	packages := slices.Sorted(maps.Values(s.packages()))
	if name := nearest(id.Name, slices.Compact(packages)); name != "" {
		if paths := s.pathsWith(name, selected); len(paths) > 0 {
			return fmt.Sprintf("did you mean %s, with import %q?", name, paths[0])
		}
	}
	return ""
}

// pathsWith are the packages of a name that have something exported of another
// name, or all of that name if none has; at most maxPaths.
func (s *Session) pathsWith(name, member string) []string {
	var have []string
	for _, pkg := range s.packagesNamed(name) {
		if obj := pkg.Scope().Lookup(member); obj != nil && obj.Exported() {
			have = append(have, pkg.Path())
		}
	}
	if len(have) == 0 {
		have = s.pathsNamed(name)
	}
	return have[:min(len(have), maxPaths)]
}

// suggestPath is for an import path that leads nowhere.
func (s *Session) suggestPath(message string) string {
	var wrong string
	if _, err := fmt.Sscanf(message, "could not import %s", &wrong); err != nil {
		return ""
	}
	paths := slices.Sorted(maps.Keys(s.packages()))
	found := nearest(wrong, paths)
	if found == "" {
		// The right name in the wrong place.
		if named := s.pathsNamed(path.Base(wrong)); len(named) > 0 {
			found = named[0]
		}
	}
	if found == "" {
		return ""
	}
	return "did you mean " + strconv.Quote(found) + "?"
}

func exported(pkg *types.Package) []string {
	return slices.DeleteFunc(pkg.Scope().Names(), func(name string) bool { return !ast.IsExported(name) })
}

// memberNames are the names that x. can be followed by, whether or not x is
// addressable.
func (c *checked) memberNames(x ast.Expr) []string {
	t := c.info.TypeOf(x)
	if isInvalid(t) {
		return nil
	}
	var names []string
	for _, m := range membersOf(t, true, c.pkg) {
		names = append(names, m.Name())
	}
	return names
}

func (c *checked) fieldNames(lit *ast.CompositeLit) []string {
	var names []string
	for f := range structFields(c.info.TypeOf(lit)) {
		names = append(names, f.Name())
	}
	return names
}
