package lower

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// local is what the names of a type that a function declares tell besides its own.
type local struct {
	// number counts the types that the functions of its cell declare, from 1 on; it is
	// 0 for a type of the library.
	number int
	// args are what the type parameters of the function around it stand for.
	args []types.Type
}

// numberLocals counts the types that the cell's functions declare, in the order of
// their places, as the compiler does to tell types of one name apart.
func (e *emitter) numberLocals() {
	var found []*types.TypeName
	look := func(root ast.Node) {
		ast.Inspect(root, func(node ast.Node) bool {
			if spec, ok := node.(*ast.TypeSpec); ok && !spec.Assign.IsValid() {
				if obj, ok := e.cell.Info.Defs[spec.Name].(*types.TypeName); ok && isLocal(obj) {
					found = append(found, obj)
				}
			}
			return true
		})
	}
	for _, d := range e.cell.Decls {
		look(d)
	}
	for _, s := range e.cell.Body {
		look(s)
	}
	slices.SortFunc(found, func(a, b *types.TypeName) int { return cmp.Compare(a.Pos(), b.Pos()) })
	for i, obj := range found {
		e.session.locals[obj] = local{number: i + 1}
	}
}

// isLocal says that a type is declared inside a function.
func isLocal(obj *types.TypeName) bool {
	return obj.Pkg() != nil && obj.Parent() != nil && obj.Parent() != obj.Pkg().Scope()
}

// goText is a type as package reflect writes it: main.Stack[int].
func (s *Session) goText(t types.Type) string { return s.write(t, false) }

// linkText is a type as it stands in brackets in another's name, and as the linker
// tells it from others: with the paths of packages, and numbers after the names of
// types that functions declare. Identical types have the same text.
func (s *Session) linkText(t types.Type) string { return s.write(t, true) }

func (s *Session) write(t types.Type, link bool) string {
	w := func(t types.Type) string { return s.write(t, link) }
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		if int(t.Kind()) < len(types.Typ) && t.Kind() != types.UnsafePointer {
			return types.Typ[t.Kind()].Name() // uint8, not byte
		}
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return t.Obj().Name()
		}
		if link {
			text := importPath(t.Obj().Pkg()) + "." + s.shownName(t)
			if n := s.local(t).number; n > 0 {
				text += "·" + strconv.Itoa(n)
			}
			return text
		}
		return t.Obj().Pkg().Name() + "." + s.shownName(t)
	case *types.Pointer:
		return "*" + w(t.Elem())
	case *types.Slice:
		return "[]" + w(t.Elem())
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + w(t.Elem())
	case *types.Map:
		return "map[" + w(t.Key()) + "]" + w(t.Elem())
	case *types.Chan:
		elem := w(t.Elem())
		switch {
		case t.Dir() == types.SendOnly:
			return "chan<- " + elem
		case t.Dir() == types.RecvOnly:
			return "<-chan " + elem
		case strings.HasPrefix(elem, "<-"):
			elem = "(" + elem + ")"
		}
		return "chan " + elem
	case *types.Signature:
		return "func" + s.writeSignature(t, link)
	case *types.Struct:
		var fields []string
		for i := range t.NumFields() {
			fields = append(fields, s.writeField(t, i, link))
		}
		return "struct {" + inBraces(fields) + "}"
	case *types.Interface:
		var methods []string
		for m := range t.Methods() {
			name := m.Name()
			if !m.Exported() {
				name = packageText(m.Pkg(), link) + name
			}
			methods = append(methods, name+s.writeSignature(m.Signature(), link))
		}
		slices.Sort(methods)
		return "interface {" + inBraces(methods) + "}"
	}
	return types.TypeString(t, (*types.Package).Name)
}

func inBraces(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return " " + strings.Join(parts, "; ") + " "
}

// packageText is what stands before a name that a package doesn't export.
func packageText(p *types.Package, link bool) string {
	switch {
	case p == nil:
		return ""
	case link:
		return importPath(p) + "."
	}
	return p.Name() + "."
}

func (s *Session) writeField(t *types.Struct, i int, link bool) string {
	field := t.Field(i)
	text := s.write(field.Type(), link)
	switch {
	case !field.Embedded():
		name := field.Name()
		if link && !token.IsExported(name) {
			name = packageText(field.Pkg(), link) + name
		}
		text = name + " " + text
	case link && strings.HasSuffix(text, "]"): // an instance goes by another name
		text = field.Name() + " = " + text
	}
	if tag := t.Tag(i); tag != "" {
		text += " " + strconv.Quote(tag)
	}
	return text
}

func (s *Session) writeSignature(t *types.Signature, link bool) string {
	var params, results []string
	for i := range t.Params().Len() {
		p := t.Params().At(i).Type()
		if t.Variadic() && i == t.Params().Len()-1 {
			if list, ok := p.Underlying().(*types.Slice); ok {
				params = append(params, "..."+s.write(list.Elem(), link))
				continue
			}
		}
		params = append(params, s.write(p, link))
	}
	for v := range t.Results().Variables() {
		results = append(results, s.write(v.Type(), link))
	}
	return "(" + strings.Join(params, ", ") + ")" + resultText(results)
}

// local is what is known of a named type that a function declares.
func (s *Session) local(t *types.Named) local { return s.locals[t.Origin().Obj()] }

// shownName is a named type's name without its package: Stack[int]. In front of the
// type's own arguments stand those of the function that declares it.
func (s *Session) shownName(t *types.Named) string {
	var outer, own []string
	for _, a := range s.local(t).args {
		outer = append(outer, s.linkText(a))
	}
	for a := range t.TypeArgs().Types() {
		own = append(own, s.linkText(a))
	}
	args := strings.Join(outer, ",")
	if len(outer) > 0 && len(own) > 0 {
		args += ";"
	}
	if args += strings.Join(own, ","); args != "" {
		args = "[" + args + "]"
	}
	return t.Obj().Name() + args
}
