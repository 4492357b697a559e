package main

import (
	"fmt"
	"go/types"
	"strings"
)

// api describes what a program can see of a package, to compare it between
// targets: its exported names with their types and values, exported fields
// and methods. What hides behind unexported names may differ.
func api(pkg *types.Package) string {
	var b strings.Builder
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		obj := scope.Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch obj := obj.(type) {
		case *types.Const:
			fmt.Fprintf(&b, "%s = %s\n", obj, obj.Val().ExactString())
		case *types.TypeName:
			fmt.Fprintf(&b, "type %s alias %t comparable %t: ", obj.Name(), obj.IsAlias(), types.Comparable(obj.Type()))
			describe(&b, obj.Type().Underlying())
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
			b.WriteString("\n")
		default:
			fmt.Fprintln(&b, obj)
		}
	}
	return b.String()
}

func describe(b *strings.Builder, t types.Type) {
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
