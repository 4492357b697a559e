package render

import (
	"fmt"
	"reflect"
	"strconv"

	"lockstep/runtime/internal/scope"
)

// PanicText is what Go prints after "panic: " for a value: what its Error or String
// method returns, else a number or a string, with the name of its type if it has
// one. For what is neither Go prints an address; this is the value in Go syntax
// instead. The value is seen as the calling goroutine's code would have it if it
// were compiled.
func PanicText(value any) (text string) {
	defer func() {
		if again := recover(); again != nil { // where Go ends the process
			text = fmt.Sprintf("(%T) panic while printing panic value: %s", value, simple(again))
		}
	}()
	v := unwrap(reflect.ValueOf(scope.PanicValue(value)))
	if !v.IsValid() {
		return "nil"
	}
	if text, ok := ownText(v); ok {
		return text
	}
	name := v.Type().String()
	basic, ok := basicText(v)
	switch {
	case ok && v.Type().PkgPath() == "" && v.Kind() >= reflect.Complex64 && v.Kind() <= reflect.Complex128:
		return "(" + basic + ")"
	case ok && v.Type().PkgPath() == "":
		return basic
	case ok && v.Kind() == reflect.String:
		return name + `("` + basic + `")`
	case ok:
		return name + "(" + basic + ")"
	case v.Type().PkgPath() != "":
		return goSyntax(v, name)
	}
	return goSyntax(v, "")
}

// basicText is what Go prints of a value of a basic kind, without its type.
func basicText(v reflect.Value) (text string, ok bool) {
	switch v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case reflect.String:
		return v.String(), true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.FormatUint(v.Uint(), 10), true
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()), true
	case reflect.Complex64, reflect.Complex128:
		text = strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())
		return text[1 : len(text)-1], true
	}
	return "", false
}

// simple is a value's text without a call of its methods that could panic again.
func simple(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case interface { // of the Go runtime, whose methods don't
		error
		RuntimeError()
	}:
		return v.Error()
	}
	return fmt.Sprintf("(%T)", value)
}
