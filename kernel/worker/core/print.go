package core

import (
	"reflect"
	"strconv"
	"unsafe"

	"lockstep/runtime/support"
)

// Print is the built-in function print, to the standard error of the calling
// goroutine's cell. An argument of an interface type has to come by Interface.
func Print(args ...any) { write(args, "", "") }

// Println is the built-in function println.
func Println(args ...any) { write(args, " ", "\n") }

func write(args []any, between, end string) {
	var text []byte
	for i, arg := range args {
		if i > 0 {
			text = append(text, between...)
		}
		text = appendPrinted(text, arg)
	}
	// As with the built-in functions, no one is told of a failure.
	_, _ = support.Stderr().Write(append(text, end...))
}

// InterfaceWords are the two pointers that an interface value is.
type InterfaceWords [2]unsafe.Pointer

// Interface makes Print show x as an argument of an interface type.
func Interface(x any) InterfaceWords { return *(*InterfaceWords)(unsafe.Pointer(&x)) }

// appendPrinted appends a value as the Go runtime prints it.
func appendPrinted(text []byte, arg any) []byte {
	if words, ok := arg.(InterfaceWords); ok {
		text = appendPointer(append(text, '('), uintptr(words[0]))
		text = appendPointer(append(text, ','), uintptr(words[1]))
		return append(text, ')')
	}
	v := reflect.ValueOf(arg)
	switch v.Kind() {
	case reflect.Invalid:
		return append(text, "nil"...)
	case reflect.Bool:
		return strconv.AppendBool(text, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(text, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.AppendUint(text, v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.AppendFloat(text, v.Float(), 'g', -1, v.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		return append(text, strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())...)
	case reflect.String:
		return append(text, v.String()...)
	case reflect.Slice:
		text = strconv.AppendInt(append(text, '['), int64(v.Len()), 10)
		text = strconv.AppendInt(append(text, '/'), int64(v.Cap()), 10)
		return appendPointer(append(text, ']'), v.Pointer())
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.UnsafePointer:
		return appendPointer(text, v.Pointer())
	case reflect.Func:
		// The word itself: a pointer to the closure, not to its code.
		return appendPointer(text, uintptr(Interface(arg)[1]))
	}
	return append(text, v.Type().String()...) // the compiler refuses other types
}

func appendPointer(text []byte, p uintptr) []byte {
	return strconv.AppendUint(append(text, "0x"...), uint64(p), 16)
}
