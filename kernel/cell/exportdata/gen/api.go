package main

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/gcexportdata"

	"lockstep/kernel/cell/exportdata/archive"
)

// An api describes what a program can see of a package, to compare it between
// targets: each exported name with its type or value, exported fields and
// methods. What hides behind unexported names may differ.
type api map[string]string

func apiOf(pkg *types.Package) api {
	a := api{}
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		if obj := scope.Lookup(name); obj.Exported() {
			a[name] = describe(obj)
		}
	}
	return a
}

// difference adds to names those that a and b don't have alike.
func (a api) difference(b api, names map[string]bool) {
	for name, text := range a {
		if b[name] != text {
			names[name] = true
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			names[name] = true
		}
	}
}

func describe(obj types.Object) string {
	var b strings.Builder
	switch obj := obj.(type) {
	case *types.Const:
		fmt.Fprintf(&b, "%s = %s", obj, obj.Val().ExactString())
	case *types.TypeName:
		fmt.Fprintf(&b, "type %s alias %t comparable %t: ", obj.Name(), obj.IsAlias(), types.Comparable(obj.Type()))
		describeType(&b, obj.Type().Underlying())
		if named, ok := obj.Type().(*types.Named); ok {
			for p := range named.TypeParams().TypeParams() {
				fmt.Fprintf(&b, " [%s %s]", p, p.Constraint())
			}
			// The pointer's method set has the promoted methods too.
			for sel := range types.NewMethodSet(types.NewPointer(named)).Methods() {
				if sel.Obj().Exported() {
					fmt.Fprintf(&b, "\n\t%s", sel.Obj())
				}
			}
		}
	default:
		fmt.Fprint(&b, obj)
	}
	return b.String()
}

func describeType(b *strings.Builder, t types.Type) {
	s, ok := t.(*types.Struct)
	if !ok {
		b.WriteString(t.String())
		return
	}
	b.WriteString("struct{")
	for i := range s.NumFields() {
		if f := s.Field(i); f.Exported() {
			fmt.Fprintf(b, "%s `%s`; ", f, s.Tag(i))
		}
	}
	b.WriteString("}")
}

// mentions says whether the export data of pkg declares any of the names, by
// package path. Export data is self-contained: it repeats what pkg's API refers
// to, and the importer keeps the first declaration that it reads.
func mentions(pkg *types.Package, names map[string]map[string]bool) (bool, error) {
	data, err := archive.Encode(pkg)
	if err != nil {
		return false, err
	}
	loaded := map[string]*types.Package{}
	if _, err := gcexportdata.Read(strings.NewReader(string(data)), token.NewFileSet(), loaded, pkg.Path()); err != nil {
		return false, err
	}
	for path, other := range loaded {
		for _, name := range other.Scope().Names() {
			if names[path][name] {
				return true, nil
			}
		}
	}
	return false, nil
}
