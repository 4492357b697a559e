package steps

import (
	"reflect"
	"slices"
	"sync/atomic"

	"github.com/traefik/yaegi/interp"
)

// The interpreter does not pass on arguments that are zero, and takes a negative
// zero for one of them. It also allocates each variable of a function by itself.

// call is the generator of f(x…) for functions of the interpreter, and for
// function values that it knows the type of.
func call(n *node) {
	callee := n.child[0]
	if n.anc.kind == words().goStmt || n.anc.kind == words().deferStmt || hasInterfaces(callee.typ) {
		genCall(n) // lowered code has no such calls
		return
	}
	rest := variadicPos(n) // the parameter for all further arguments, or -1
	spreads := n.action == words().callSlice
	if spreads {
		rest = -1 // there is just one, the list of them
	}
	next, otherwise := getExec(n.tnext), getExec(n.fnext)
	function, args, results := genValue(callee), arguments(n), destinations(n)
	var last atomic.Pointer[layout] // of the function that was called last
	n.exec = func(f *frame) step {
		value := function(f)
		def := declared(value)
		if def == nil {
			return callValue(f, value, spreads, args, results, next, otherwise)
		}
		variables := last.Load()
		if variables == nil || variables.of != def {
			variables = layOut(def, len(results))
			last.Store(variables)
		}
		inner := newFrame(f, len(def.types), atomic.LoadUint64(&f.id))
		for i, slot := range results {
			if slot != nil {
				inner.data[i] = slot(f)
			} else {
				inner.data[i] = reflect.New(def.types[i]).Elem()
			}
		}
		params := inner.data[len(results):]
		variables.allocate(params)
		for i, arg := range args {
			if i == rest {
				passRest(params[i], args[i:], f)
				break
			}
			pass(params[i], arg(f))
		}
		runCfg(def.child[3].start, inner, def, n)
		if otherwise != nil && !inner.data[0].Bool() {
			return otherwise
		}
		return next
	}
}

func hasInterfaces(function *itype) bool {
	return slices.ContainsFunc(function.arg, func(param *itype) bool {
		return isInterfaceSrc(param) || param.val != nil && isInterfaceSrc(param.val)
	})
}

// nodeType is the type of a function of the interpreter as a value.
var nodeType = theirNode()

func theirNode() reflect.Type {
	field, _ := reflect.TypeFor[interp.Program]().FieldByName("root")
	return field.Type
}

// declared is the declaration of a function of the interpreter, nil for a value
// of package reflect.
func declared(function reflect.Value) *node {
	if function.Type() != nodeType {
		return nil
	}
	if def := (*node)(function.UnsafePointer()); !def.rval.IsValid() {
		return def
	}
	return nil
}

// callValue calls a function that is a value of package reflect.
func callValue(f *frame, function reflect.Value, spreads bool, args, results []func(*frame) reflect.Value, next, otherwise step) step {
	if function.Type() == nodeType {
		function = (*node)(function.UnsafePointer()).rval
	}
	in := make([]reflect.Value, len(args))
	for i, arg := range args {
		in[i] = arg(f)
	}
	var out []reflect.Value
	if spreads {
		out = function.CallSlice(in)
	} else {
		out = function.Call(in)
	}
	for i, slot := range results {
		if slot != nil {
			slot(f).Set(out[i])
		}
	}
	if otherwise != nil && !out[0].Bool() {
		return otherwise
	}
	return next
}

// pass sets a parameter, which is zero, to an argument. A zero of another type
// need not fit.
func pass(param, arg reflect.Value) {
	if arg.Type() != param.Type() && param.Kind() != reflect.Interface && arg.IsZero() {
		return
	}
	param.Set(arg)
}

// passRest sets a parameter to the list of the arguments that are left.
func passRest(param reflect.Value, args []func(*frame) reflect.Value, f *frame) {
	param.Grow(len(args))
	param.SetLen(len(args))
	for i, arg := range args {
		pass(param.Index(i), arg(f))
	}
}

// arguments are what a call passes.
func arguments(n *node) []func(*frame) reflect.Value {
	var args []func(*frame) reflect.Value
	add := func(arg func(*frame) reflect.Value) { args = append(args, arg) }
	params, rest, spreads := n.child[0].typ.arg, variadicPos(n), n.action == words().callSlice
	for i, c := range n.child[1:] {
		var param *itype
		if rest >= 0 && i >= rest {
			param = params[rest].val
		} else {
			param = params[i]
		}
		switch {
		case isBinCall(c, c.scope):
			fromFrame(c.findex, c.child[0].typ.rtype.NumOut(), add)
			continue
		case isRegularCall(c):
			fromFrame(c.findex, len(c.child[0].typ.ret), add)
			continue
		case (c.kind == words().basicLit || c.rval.IsValid()) && !(spreads && i == rest):
			convertLiteralValue(c, typeOf(param))
		}
		switch {
		case spreads && i == rest:
			add(genValue(c))
		case isInterfaceBin(param):
			add(genInterfaceWrapper(c, param.rtype))
		case isFuncSrc(param):
			add(genFuncValue(c))
		default:
			add(genValue(c))
		}
	}
	return args
}

// fromFrame adds the results of a call, which all are arguments.
func fromFrame(at, count int, add func(func(*frame) reflect.Value)) {
	for slot := at; slot < at+count; slot++ {
		add(func(f *frame) reflect.Value { return f.data[slot] })
	}
}

// destinations are where a call's results go, nil for nowhere.
func destinations(n *node) []func(*frame) reflect.Value {
	to := make([]func(*frame) reflect.Value, len(n.child[0].typ.ret))
	level := n.level
	if n.anc.kind == words().returnStmt {
		level = 0
	}
	for i := range to {
		if n.anc.action == words().assignX && n.anc.child[i].ident == "_" {
			continue
		}
		slot := n.findex + i
		to[i] = func(f *frame) reflect.Value { return getFrame(f, level).data[slot] }
	}
	return to
}
