package lower

import (
	"go/ast"
	"go/types"
	"maps"
	"strings"
	"sync/atomic"
)

// env is what type parameters stand for where generic code is made concrete.
type env map[*types.TypeParam]types.Type

// typeContext makes identical instances one, as long as it lasts: it keeps them.
var typeContext atomic.Pointer[types.Context]

func init() { ForgetInstances() }

// ForgetInstances lets go of the instances of generic types that were made.
func ForgetInstances() { typeContext.Store(types.NewContext()) }

// instanceKey tells the instances of a generic function apart.
type instanceKey struct {
	decl *ast.FuncDecl
	args string
}

// scope has the types that an instance of a generic function declares: each
// instance has its own.
type scope struct {
	session *Session
	args    []types.Type // what the function's type parameters stand for
	types   map[*types.TypeName]*types.Named
}

// scope is the scope of a function that env makes concrete, nil for one that isn't
// generic. It is the same however often the instance is emitted.
func (e *emitter) scope(decl *ast.FuncDecl, env env) *scope {
	if len(env) == 0 {
		return nil
	}
	args := make([]types.Type, len(env))
	for p, t := range env {
		args[p.Index()] = t
	}
	key := instanceKey{decl: decl}
	for _, a := range args {
		key.args += e.typeText(a) + ","
	}
	concrete := e.session.concrete
	if concrete[key] == nil {
		concrete[key] = map[*types.TypeName]*types.Named{}
	}
	return &scope{session: e.session, args: args, types: concrete[key]}
}

// named is a type that the function declares, made concrete by v.
func (sc *scope) named(t *types.Named, v env) *types.Named {
	if known := sc.types[t.Obj()]; known != nil {
		return known
	}
	obj := types.NewTypeName(t.Obj().Pos(), t.Obj().Pkg(), t.Obj().Name(), nil)
	named := types.NewNamed(obj, nil, nil)
	sc.types[t.Obj()] = named
	sc.session.locals[obj] = local{number: sc.session.locals[t.Obj()].number, args: sc.args}
	if t.TypeParams().Len() > 0 {
		v = maps.Clone(v)
		var params []*types.TypeParam
		for p := range t.TypeParams().TypeParams() {
			name := types.NewTypeName(p.Obj().Pos(), p.Obj().Pkg(), p.Obj().Name(), nil)
			param := types.NewTypeParam(name, types.NewInterfaceType(nil, nil))
			params, v[p] = append(params, param), param
		}
		named.SetTypeParams(params)
	}
	named.SetUnderlying(v.subst(t.Underlying(), sc))
	return named
}

// subst replaces type parameters in a type.
func (f *fn) subst(t types.Type) types.Type {
	if len(f.env) == 0 {
		return t
	}
	return f.env.subst(t, f.scope)
}

// subst replaces type parameters, and the types that the function declares which is
// made concrete by those of its instance.
func (v env) subst(t types.Type, sc *scope) types.Type {
	s := func(t types.Type) types.Type { return v.subst(t, sc) }
	switch t := t.(type) {
	case *types.TypeParam:
		if to, ok := v[t]; ok {
			return to
		}
		return t
	case *types.Alias:
		return s(types.Unalias(t))
	case *types.Named:
		origin := t.Origin()
		if sc != nil && isCellNamed(origin) && isLocal(origin.Obj()) {
			origin = sc.named(origin, v)
		}
		if t.TypeArgs().Len() == 0 {
			return origin
		}
		var args []types.Type
		for a := range t.TypeArgs().Types() {
			args = append(args, s(a))
		}
		inst, err := types.Instantiate(typeContext.Load(), origin, args, false)
		if err != nil {
			return t
		}
		return inst
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
		return v.tuple(t, sc)
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, v.tuple(t.Params(), sc), v.tuple(t.Results(), sc), t.Variadic())
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

func (v env) tuple(t *types.Tuple, sc *scope) *types.Tuple {
	var vars []*types.Var
	for p := range t.Variables() {
		vars = append(vars, types.NewVar(p.Pos(), p.Pkg(), p.Name(), v.subst(p.Type(), sc)))
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
