package cell

import (
	"go/types"
	"iter"
	"maps"
	"slices"
	"strings"

	"lockstep/kernel/execution"
)

// member is a field or a method that x.name can name.
type member struct {
	types.Object
	depth int // how many embedded fields lie between
}

// membersOf are the fields and methods of a type, promoted ones too, by name.
// Methods of the pointer are among them if the value is addressable. Of types
// that aren't the cells' own only the exported ones are.
func membersOf(t types.Type, addressable bool, pkg *types.Package) []member {
	names := map[string]bool{}
	seen := map[types.Type]bool{}
	var collect func(t types.Type)
	collect = func(t types.Type) {
		t = types.Unalias(t)
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = types.Unalias(p.Elem())
		}
		if seen[t] {
			return
		}
		seen[t] = true
		if named, ok := t.(*types.Named); ok {
			for m := range named.Methods() {
				names[m.Name()] = true
			}
		}
		switch u := t.Underlying().(type) {
		case *types.Struct:
			for f := range u.Fields() {
				names[f.Name()] = true
				if f.Embedded() {
					collect(f.Type())
				}
			}
		case *types.Interface:
			for m := range u.Methods() {
				names[m.Name()] = true
			}
		}
	}
	collect(t)
	var out []member
	for _, name := range slices.Sorted(maps.Keys(names)) {
		obj, index, _ := types.LookupFieldOrMethod(t, addressable, pkg, name)
		if obj == nil || name == "_" || strings.Contains(name, "ʹ") {
			continue
		}
		if obj.Exported() || isCells(obj.Pkg()) {
			out = append(out, member{obj, len(index) - 1})
		}
	}
	return out
}

// structOf is the struct that a type or what it points to is, nil for none.
func structOf(t types.Type) *types.Struct {
	if isInvalid(t) {
		return nil
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	u, _ := t.Underlying().(*types.Struct)
	return u
}

// structFields are the fields that a literal of a type can set.
func structFields(t types.Type) iter.Seq[*types.Var] {
	return func(yield func(*types.Var) bool) {
		u := structOf(t)
		if u == nil {
			return
		}
		for f := range u.Fields() {
			if f.Name() != "_" && (f.Exported() || isCells(f.Pkg())) && !yield(f) {
				return
			}
		}
	}
}

// isCells says that a package is that of a cell.
func isCells(pkg *types.Package) bool { return pkg != nil && pkg.Path() == "main" }

// kindOfObject is what a front end is told of a name.
func kindOfObject(obj types.Object) execution.Kind {
	switch obj := obj.(type) {
	case *types.PkgName:
		return execution.Module
	case *types.Const, *types.Nil:
		return execution.Constant
	case *types.TypeName:
		if _, ok := obj.Type().(*types.TypeParam); ok {
			return execution.Type
		}
		switch obj.Type().Underlying().(type) {
		case *types.Struct:
			return execution.Struct
		case *types.Interface:
			return execution.Interface
		}
		return execution.Type
	case *types.Func:
		if obj.Signature().Recv() != nil {
			return execution.Method
		}
		return execution.Function
	case *types.Builtin:
		return execution.Function
	case *types.Var:
		if obj.IsField() {
			return execution.Field
		}
	}
	return execution.Variable
}

// shortName qualifies names of packages in what users read; the cells' own have
// no qualifier.
func shortName(pkg *types.Package) string {
	if isCells(pkg) {
		return ""
	}
	return pkg.Name()
}

// candidate is a name as a completion.
func candidate(obj types.Object) execution.Candidate {
	c := execution.Candidate{Text: obj.Name(), Kind: kindOfObject(obj)}
	switch obj := obj.(type) {
	case *types.Func:
		c.Signature = signature(obj.Signature())
	case *types.Builtin:
		c.Signature = strings.TrimPrefix(builtins[obj.Name()], obj.Name())
	case *types.Var, *types.Const:
		if !isInvalid(obj.Type()) {
			c.Signature = types.TypeString(obj.Type(), shortName)
		}
	case *types.PkgName:
		c.Signature = obj.Imported().Path()
	case *types.TypeName:
		if c.Kind == execution.Type && !isInvalid(obj.Type().Underlying()) {
			c.Signature = types.TypeString(obj.Type().Underlying(), shortName)
		}
	}
	return c
}

// signature is a function's type parameters, parameters and results.
func signature(s *types.Signature) string {
	var b strings.Builder
	if params := s.TypeParams(); params.Len() > 0 {
		b.WriteByte('[')
		for i := range params.Len() {
			p := params.At(i)
			b.WriteString(p.Obj().Name())
			if i == params.Len()-1 {
				b.WriteString(" " + types.TypeString(p.Constraint(), shortName) + "]")
			} else if next := params.At(i + 1); types.Identical(p.Constraint(), next.Constraint()) {
				b.WriteString(", ")
			} else {
				b.WriteString(" " + types.TypeString(p.Constraint(), shortName) + ", ")
			}
		}
	}
	bare := types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), s.Variadic())
	b.WriteString(strings.TrimPrefix(types.TypeString(bare, shortName), "func"))
	return b.String()
}

// builtins are the signatures of the predeclared functions, as the language
// specification gives them.
var builtins = map[string]string{
	"append":  "append(s S, x ...E) S",
	"cap":     "cap(s) int",
	"clear":   "clear(t)",
	"close":   "close(c chan<- T)",
	"complex": "complex(realPart, imaginaryPart floatT) complexT",
	"copy":    "copy(dst, src []T) int",
	"delete":  "delete(m map[K]V, k K)",
	"imag":    "imag(complexT) floatT",
	"len":     "len(s) int",
	"make":    "make(T, size ...int) T",
	"max":     "max(x T, y ...T) T",
	"min":     "min(x T, y ...T) T",
	"new":     "new(T) *T",
	"panic":   "panic(v any)",
	"print":   "print(args ...T)",
	"println": "println(args ...T)",
	"real":    "real(complexT) floatT",
	"recover": "recover() any",

	"Add":        "Add(ptr Pointer, len int) Pointer",
	"Alignof":    "Alignof(x T) uintptr",
	"Offsetof":   "Offsetof(x T) uintptr",
	"Sizeof":     "Sizeof(x T) uintptr",
	"Slice":      "Slice(ptr *T, len int) []T",
	"SliceData":  "SliceData(slice []T) *T",
	"String":     "String(ptr *byte, len int) string",
	"StringData": "StringData(str string) *byte",
}
