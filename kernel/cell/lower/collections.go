package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// growing is the list that n elements are appended to, told of what append does.
func (f *fn) growing(text string, t types.Type, n int, e ast.Expr) string {
	return f.helper("growing", f.typeText(t), func(name, typ string) string {
		return "func " + name + "(ʹs " + typ + ", ʹc int, ʹat int64, ʹn string) " + typ + " {\n" + simulated("Append(ʹs, ʹc, ʹat, ʹn)") + "\nreturn ʹs\n}\n"
	}) + "(" + text + ", " + strconv.Itoa(n) + f.site(e) + ")"
}

// builtinTold is delete, clear or copy.
func (f *fn) builtinTold(e *ast.CallExpr, name string) string {
	args := f.builtinArgs(e, name)
	var params []string
	for i, a := range e.Args {
		t := f.typeOf(a)
		if name == "delete" && i == 1 {
			t = f.typeOf(e.Args[0]).Underlying().(*types.Map).Key()
		}
		params = append(params, "ʹp"+strconv.Itoa(i)+" "+f.typeText(types.Default(t)))
	}
	tell, result, call := "WriteMap(ʹp0, ʹat, ʹn)", "", name+"(ʹp0, ʹp1)"
	switch {
	case name == "copy":
		tell, result, call = "Copy(ʹp0, ʹp1, ʹat)", " int", "return "+call
	case name == "clear":
		call = Helpers + ".Clear(ʹp0)"
		if _, ok := f.typeOf(e.Args[0]).Underlying().(*types.Slice); ok {
			tell = "ClearElements(ʹp0, ʹat, ʹn)"
		}
	}
	return f.helper(name, strings.Join(params, ", "), func(fn, list string) string {
		return "func " + fn + "(" + list + ", ʹat int64, ʹn string)" + result + " {\n" + simulated(tell) + "\n" + call + "\n}\n"
	}) + "(" + spread(args, false) + f.site(e.Args[0]) + ")"
}

// rangeTold is a range over a slice with values, or over a map: where that is told
// of, and over a map of channels, for one of which the interpreter takes it.
func (f *fn) rangeTold(s *ast.RangeStmt, label string) (text string, ok bool) {
	if !f.watch && (isBlank(s.Value) || !isMapOfChannels(f.typeOf(s.X))) {
		return "", false
	}
	inside := ""
	store := func(e ast.Expr, value string, from types.Type) {
		if isBlank(e) {
			return
		}
		p := f.place(e, s.Tok == token.DEFINE)
		text := f.store([]place{p}, []string{f.convert(value, from, p.typ)}) + "\n"
		if valueFirst(s, e) {
			inside = text + inside
		} else {
			inside += text
		}
	}
	g := f.with(&target{label: label, loop: true})
	switch t := f.typeOf(s.X).Underlying().(type) {
	case *types.Slice:
		if isBlank(s.Value) {
			return "", false
		}
		list, i, n := f.name("list"), f.name("i"), f.name("n")
		store(s.Key, i, types.Typ[types.Int])
		store(s.Value, f.readAt("&"+list+"["+i+"]", t.Elem(), ", "+f.markText(s.X.Pos())+", "+f.nameText(s.X, "[…]")), t.Elem())
		return "{ " + list + " := " + f.expr(s.X) + "\n" + mark(label) + "for " + i + ", " + n + " := 0, len(" + list + "); " + i + " < " + n + "; " + i + "++ {\n" +
			inside + g.block(s.Body) + "}}", true
	case *types.Map:
		keys := f.name("keys")
		store(s.Key, f.opened(keys+".Key()", t.Key()), t.Key())
		store(s.Value, f.opened(keys+".Value()", t.Elem()), t.Elem())
		return "{ " + keys + " := " + Helpers + ".RangeMap(" + f.expr(s.X) + f.site(s.X) + ")\n" + mark(label) + "for " + keys + ".Next() {\n" +
			inside + g.block(s.Body) + "}}", true
	}
	return "", false
}

func isMapOfChannels(t types.Type) bool {
	m, ok := t.Underlying().(*types.Map)
	if ok {
		_, ok = m.Elem().Underlying().(*types.Chan)
	}
	return ok
}

// mutating are the compiled functions that change the elements of the slices, or
// the maps, that they are called with; others read them.
var mutating = map[string]bool{}

func init() {
	for _, name := range strings.Fields(`
		slices.Sort slices.SortFunc slices.SortStableFunc slices.Reverse slices.Insert slices.Delete slices.DeleteFunc slices.Replace slices.Compact
		slices.CompactFunc maps.Copy maps.DeleteFunc maps.Insert sort.Ints sort.Strings sort.Float64s sort.Slice sort.SliceStable`) {
		mutating[name] = true
	}
}

// touching tells of what a function of the library does to the elements of its
// arguments, where compiled code does it.
func (f *fn) touching(e *ast.CallExpr, args []string) []string {
	m := f.declared(e.Fun)
	if !f.watch || m == nil || m.Pkg() == nil || len(args) > len(e.Args) {
		return args
	}
	switch m.Pkg().Path() {
	case "slices", "maps", "sort":
	default:
		return args
	}
	args = slices.Clone(args)
	for i, a := range e.Args[:len(args)] {
		t := f.typeOf(a)
		switch t.Underlying().(type) {
		case *types.Slice, *types.Map:
		default:
			continue
		}
		writes := mutating[m.FullName()] && i == 0
		// As the parameter has it: sort.Slice takes an any.
		typ := f.typeText(t)
		if m.Signature().TypeParams().Len() == 0 {
			if it, ok := paramType(m.Signature(), i).Underlying().(*types.Interface); ok && it.Empty() {
				typ = anyType
			} else if ok {
				continue
			}
		}
		args[i] = f.helper("touching", typ+" "+strconv.FormatBool(writes), func(name, _ string) string {
			return "func " + name + "(ʹx " + typ + ", ʹat int64, ʹn string) " + typ + " {\n" +
				simulated("Elements(ʹx, "+strconv.FormatBool(writes)+", ʹat, ʹn)") + "\nreturn ʹx\n}\n"
		}) + "(" + args[i] + f.site(a) + ")"
	}
	return args
}
