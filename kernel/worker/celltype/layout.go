package celltype

import (
	"fmt"
	"go/ast"
	"reflect"
)

// layoutOf is a type of the same memory layout as an expression's: what the
// expression refers to by value is laid out first, and what it points to does
// not matter.
func (b *builder) layoutOf(e ast.Expr) (reflect.Type, error) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return b.layoutOf(e.X)
	case *ast.Ident:
		c, t, err := b.named(e.Name)
		if err != nil || c == nil {
			return t, err
		}
		return b.layoutOfDecl(c)
	case *ast.SelectorExpr:
		return b.qualified(e)
	case *ast.StarExpr:
		return standPointer, nil
	case *ast.MapType:
		return standMap, nil
	case *ast.ChanType:
		return standChan, nil
	case *ast.FuncType:
		return standFunc, nil
	case *ast.InterfaceType:
		if e.Methods.NumFields() == 0 {
			return standAny, nil
		}
		return standInterface, nil
	case *ast.ArrayType:
		if e.Len == nil {
			return standSlice, nil
		}
		n, err := length(e.Len)
		if err != nil {
			return nil, err
		}
		elem, err := b.layoutOf(e.Elt)
		if err != nil {
			return nil, err
		}
		return reflect.ArrayOf(n, elem), nil
	case *ast.StructType:
		var fields []reflect.StructField
		for _, f := range e.Fields.List {
			t, err := b.layoutOf(f.Type)
			if err != nil {
				return nil, err
			}
			for i := range max(1, len(f.Names)) {
				field := reflect.StructField{Name: fmt.Sprintf("F%d", len(fields)), Type: t}
				if len(f.Names) > 0 && f.Names[i].Name == "_" {
					field.Name, field.PkgPath = "_", Package // its bytes don't count in comparisons
				}
				fields = append(fields, field)
			}
		}
		return reflect.StructOf(fields), nil
	default:
		return nil, fmt.Errorf("%T is not a type", e)
	}
}

func (b *builder) layoutOfDecl(c *cellType) (reflect.Type, error) {
	const underWay, done = 1, 2
	switch c.progress {
	case done:
		return c.layout, nil
	case underWay:
		return nil, fmt.Errorf("invalid recursive type %s", c.decl.Name)
	}
	c.progress = underWay
	t, err := b.layoutOf(c.expr)
	if err != nil {
		return nil, err
	}
	c.layout, c.progress = t, done
	return t, nil
}
