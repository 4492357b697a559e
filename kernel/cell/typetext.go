package cell

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"
)

// typeWriter writes types as Go source, by the names that lowered code uses.
type typeWriter struct {
	// local names a type of the cells.
	local func(*types.TypeName) string
	// qualify names an imported package, and sees to it that it is imported.
	qualify func(*types.Package) string
	// err is the first type that can't be written.
	err error
}

func (w *typeWriter) write(t types.Type) string {
	switch t := t.(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.UnsafePointer:
			return w.qualify(types.Unsafe) + ".Pointer"
		case types.UntypedNil, types.Invalid:
			w.fail("%s has no name", t)
		}
		return types.Default(t).String()
	case *types.Alias:
		return w.named(t.Obj(), t.TypeArgs())
	case *types.Named:
		return w.named(t.Obj(), t.TypeArgs())
	case *types.TypeParam:
		return t.Obj().Name()
	case *types.Pointer:
		return "*" + w.write(t.Elem())
	case *types.Slice:
		return "[]" + w.write(t.Elem())
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + w.write(t.Elem())
	case *types.Map:
		return "map[" + w.write(t.Key()) + "]" + w.write(t.Elem())
	case *types.Chan:
		switch t.Dir() {
		case types.SendOnly:
			return "chan<- " + w.write(t.Elem())
		case types.RecvOnly:
			return "<-chan " + w.write(t.Elem())
		}
		return "chan (" + w.write(t.Elem()) + ")"
	case *types.Signature:
		return "func" + w.signature(t)
	case *types.Struct:
		var fields []string
		for i := range t.NumFields() {
			f := t.Field(i)
			text := w.write(f.Type())
			if !f.Embedded() {
				text = f.Name() + " " + text
			}
			if tag := t.Tag(i); tag != "" {
				text += " " + strconv.Quote(tag)
			}
			fields = append(fields, text)
		}
		return "struct{" + strings.Join(fields, "; ") + "}"
	case *types.Interface:
		var members []string
		for m := range t.ExplicitMethods() {
			members = append(members, m.Name()+w.signature(m.Signature()))
		}
		for e := range t.EmbeddedTypes() {
			members = append(members, w.write(e))
		}
		return "interface{" + strings.Join(members, "; ") + "}"
	default:
		w.fail("%s can't be written", t)
		return t.String()
	}
}

func (w *typeWriter) signature(s *types.Signature) string {
	var params, results []string
	for i := range s.Params().Len() {
		text := w.write(s.Params().At(i).Type())
		if s.Variadic() && i == s.Params().Len()-1 {
			text = "..." + strings.TrimPrefix(text, "[]")
		}
		params = append(params, text)
	}
	for v := range s.Results().Variables() {
		results = append(results, w.write(v.Type()))
	}
	text := "(" + strings.Join(params, ", ") + ")"
	switch len(results) {
	case 0:
		return text
	case 1:
		return text + " " + results[0]
	default:
		return text + " (" + strings.Join(results, ", ") + ")"
	}
}

func (w *typeWriter) named(obj *types.TypeName, args *types.TypeList) string {
	name := obj.Name()
	switch {
	case obj.Pkg() == nil: // error, any, comparable
	case obj.Pkg().Path() == "main":
		if obj.Parent() != nil && obj.Parent() != obj.Pkg().Scope() && obj.Parent().Parent() != types.Universe {
			w.fail("its type %s is declared inside a function", name)
		}
		name = w.local(obj)
	case !obj.Exported():
		w.fail("its type %s.%s is private to its package", obj.Pkg().Path(), name)
	default:
		name = w.qualify(obj.Pkg()) + "." + name
	}
	if args.Len() == 0 {
		return name
	}
	var texts []string
	for t := range args.Types() {
		texts = append(texts, w.write(t))
	}
	return name + "[" + strings.Join(texts, ", ") + "]"
}

func (w *typeWriter) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}
