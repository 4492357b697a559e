package core

import (
	"fmt"
	"reflect"
)

// Invoke calls a method of what the interface value x holds, exported or not. The
// last argument of a variadic method is the slice. Results are as the method's
// signature has them: open values, or what an interface holds. A nil x panics
// with a runtime.Error.
func (c *Core) Invoke(x any, method string, args ...any) []any {
	if x == nil {
		panic(nilDereference())
	}
	Forward() // lowered code has a function around each call of Invoke
	fn, receiver, ok := c.types.Method(x, method)
	var in []reflect.Value
	if ok {
		in = append(make([]reflect.Value, 0, 1+len(args)), receiver)
	} else {
		fn = reflect.ValueOf(x).MethodByName(method)
		if !fn.IsValid() {
			panic(fmt.Sprintf("core: %T has no method %s that can be called", x, method))
		}
	}
	t := fn.Type()
	if want := t.NumIn() - len(in); len(args) != want {
		panic(fmt.Sprintf("core: method %s of %T takes %d arguments, not %d", method, x, want, len(args)))
	}
	for _, arg := range args {
		in = append(in, c.fit(arg, t.In(len(in))))
	}
	var out []reflect.Value
	if t.IsVariadic() {
		out = fn.CallSlice(in)
	} else {
		out = fn.Call(in)
	}
	results := make([]any, len(out))
	for i, v := range out {
		if v.Kind() == reflect.Interface {
			results[i] = v.Interface()
		} else {
			results[i] = c.Open(v.Interface())
		}
	}
	return results
}

// Method says what runs for a method of a cell type: a function that takes the
// receiver first. It is called by the unit's function setup. See
// celltype.Registry.Implement. It panics with an error if there is no such method.
func (c *Core) Method(typeName, method string, fn any, setup string) {
	if err := c.types.Implement(typeName, method, reflect.ValueOf(fn), setup); err != nil {
		panic(err)
	}
}
