package lower

import (
	"go/types"
	"strings"
)

// env is what type parameters stand for where generic code is made concrete.
type env map[*types.TypeParam]types.Type

// typeContext makes identical instances one.
var typeContext = types.NewContext()

// subst replaces type parameters in a type.
func (f *fn) subst(t types.Type) types.Type {
	if len(f.env) == 0 {
		return t
	}
	return f.env.subst(t, f.locals)
}

// subst replaces type parameters. locals are the types declared inside the
// function that is made concrete: each instance has its own.
func (v env) subst(t types.Type, locals map[*types.TypeName]types.Type) types.Type {
	s := func(t types.Type) types.Type { return v.subst(t, locals) }
	switch t := t.(type) {
	case *types.TypeParam:
		if to, ok := v[t]; ok {
			return to
		}
		return t
	case *types.Alias:
		return s(types.Unalias(t))
	case *types.Named:
		if t.TypeArgs().Len() > 0 {
			var args []types.Type
			for a := range t.TypeArgs().Types() {
				args = append(args, s(a))
			}
			inst, err := types.Instantiate(typeContext, t.Origin(), args, false)
			if err != nil {
				return t
			}
			return inst
		}
		if locals != nil && isCellNamed(t) && t.Obj().Parent() != nil && t.Obj().Parent() != t.Obj().Pkg().Scope() {
			if known := locals[t.Obj()]; known != nil {
				return known
			}
			obj := types.NewTypeName(t.Obj().Pos(), t.Obj().Pkg(), t.Obj().Name(), nil)
			named := types.NewNamed(obj, nil, nil)
			locals[t.Obj()] = named
			named.SetUnderlying(s(t.Underlying()))
			return named
		}
		return t
	case *types.Pointer:
		return types.NewPointer(s(t.Elem()))
	case *types.Slice:
		return types.NewSlice(s(t.Elem()))
	case *types.Array:
		return types.NewArray(s(t.Elem()), t.Len())
	case *types.Map:
		return types.NewMap(s(t.Key()), s(t.Elem()))
	case *types.Chan:
		return types.NewChan(t.Dir(), s(t.Elem()))
	case *types.Tuple:
		return v.tuple(t, locals)
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, v.tuple(t.Params(), locals), v.tuple(t.Results(), locals), t.Variadic())
	case *types.Struct:
		var fields []*types.Var
		var tags []string
		for i := range t.NumFields() {
			f := t.Field(i)
			fields = append(fields, types.NewField(f.Pos(), f.Pkg(), f.Name(), s(f.Type()), f.Embedded()))
			tags = append(tags, t.Tag(i))
		}
		return types.NewStruct(fields, tags)
	case *types.Interface:
		var methods []*types.Func
		for m := range t.Methods() {
			methods = append(methods, types.NewFunc(m.Pos(), m.Pkg(), m.Name(), s(m.Signature()).(*types.Signature)))
		}
		return types.NewInterfaceType(methods, nil).Complete()
	}
	return t
}

func (v env) tuple(t *types.Tuple, locals map[*types.TypeName]types.Type) *types.Tuple {
	var vars []*types.Var
	for p := range t.Variables() {
		vars = append(vars, types.NewVar(p.Pos(), p.Pkg(), p.Name(), v.subst(p.Type(), locals)))
	}
	return types.NewTuple(vars...)
}

// instance is the name of a generic function made concrete.
func (e *emitter) instance(fn *types.Func, args []types.Type) string {
	f := e.function(fn.Origin())
	if f == nil {
		return ""
	}
	if f.decl.Body == nil {
		return native(fn.Name())
	}
	var texts []string
	for _, a := range args {
		texts = append(texts, e.typeText(a))
	}
	key := f.name + "[" + strings.Join(texts, ",") + "]"
	if e.watch {
		key += " watched"
	}
	for _, k := range []known{e.known, e.session.known} {
		if name := k.instances[key]; name != "" {
			e.uses[name] = true
			e.refer(name)
			return name
		}
	}
	base := fn.Name()
	if i := strings.LastIndex(f.name, "ʹ"); i >= 0 {
		base = f.name[:i] // a method's has its type
	}
	name := e.name(base)
	e.known.instances[key] = name
	e.refer(name)
	sig := f.source.Info.Defs[f.decl.Name].(*types.Func).Signature()
	params := sig.TypeParams()
	if params.Len() == 0 {
		params = sig.RecvTypeParams()
	}
	env := env{}
	for i := range params.Len() {
		env[params.At(i)] = args[i]
	}
	at := e.at
	e.queue = append(e.queue, func() {
		e.at = at
		e.emitFunction(f, name, env)
	})
	return name
}

// methodName is the function that a method of a cell's type is.
func (e *emitter) methodName(t *types.Named, m *types.Func) string {
	if t.TypeArgs().Len() == 0 {
		switch f := e.function(m); {
		case f == nil:
			return ""
		case !f.library:
			return f.name
		}
	}
	var args []types.Type
	for a := range t.TypeArgs().Types() {
		args = append(args, a)
	}
	return e.instance(m, args)
}
