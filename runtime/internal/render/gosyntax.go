// Package render turns values into what people look at: Go syntax, and MIME
// bundles for values that offer more than text.
package render

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	maxItems = 1000     // elements of one slice, array or map that are written
	maxDepth = 20       // levels of nesting that are written
	maxText  = 64 << 10 // bytes after which nothing more is written
)

// GoSyntax returns v much as a program would write it: strings quoted, composite
// values as literals with sorted keys, a pointer as & and what it points to. An
// error or a fmt.Stringer is its own text. What is too long, too deep or cyclic
// ends in "…".
func GoSyntax(v any) string { return goSyntax(reflect.ValueOf(v), "") }

// goSyntax renders v; name, if not "", stands for the name of v's type.
func goSyntax(v reflect.Value, name string) string {
	p := printer{seen: map[uintptr]bool{}}
	p.value(addressable(unwrap(v)), name, 0, false)
	return p.text.String()
}

type printer struct {
	text strings.Builder
	seen map[uintptr]bool // the pointers on the way to the current value
}

func (p *printer) write(s string) {
	if p.text.Len() <= maxText {
		p.text.WriteString(s)
	}
}

// value writes v. name replaces the name of its type; elided says that the
// context tells the type, as within a composite literal.
func (p *printer) value(v reflect.Value, name string, depth int, elided bool) {
	v = unwrap(v)
	if !v.IsValid() {
		p.write("nil")
		return
	}
	if depth > maxDepth || p.text.Len() > maxText {
		p.write("…")
		return
	}
	if text, ok := ownText(v); ok {
		p.write(text)
		return
	}
	if name == "" {
		name = typeName(v.Type())
	}
	if isNil(v) {
		if elided {
			p.write("nil")
		} else {
			p.write(parenthesised(name) + "(nil)")
		}
		return
	}
	literal := name
	if elided || v.Type().Name() == "" && v.Kind() == reflect.Struct && strings.HasPrefix(name, "struct {") {
		literal = ""
	}
	switch v.Kind() {
	case reflect.String:
		p.write(strconv.Quote(v.String()))
	case reflect.Uintptr:
		p.write("0x" + strconv.FormatUint(v.Uint(), 16))
	case reflect.Pointer:
		p.pointer(v, strings.TrimPrefix(name, "*"), depth)
	case reflect.Struct:
		p.structure(v, literal, depth)
	case reflect.Map:
		p.mapping(v, literal, depth)
	case reflect.Slice, reflect.Array:
		if text, ok := byteText(v); ok {
			p.write(strings.Replace(name, "[]uint8", "[]byte", 1) + "(" + strconv.Quote(text) + ")")
			return
		}
		p.list(v, literal, depth)
	case reflect.Func, reflect.Chan:
		p.write(name)
	case reflect.UnsafePointer:
		p.write(fmt.Sprintf("unsafe.Pointer(%#x)", v.Pointer()))
	default: // numbers and booleans; fmt looks through a reflect.Value
		p.write(fmt.Sprintf("%v", v))
	}
}

func (p *printer) pointer(v reflect.Value, name string, depth int) {
	if p.seen[v.Pointer()] {
		p.write("&" + name + "{…}")
		return
	}
	p.seen[v.Pointer()] = true
	defer delete(p.seen, v.Pointer())
	p.write("&")
	p.value(v.Elem(), name, depth+1, false)
}

func (p *printer) structure(v reflect.Value, literal string, depth int) {
	p.write(literal + "{")
	for i := range v.NumField() {
		if i > 0 {
			p.write(", ")
		}
		p.write(v.Type().Field(i).Name + ": ")
		p.value(readable(v.Field(i)), "", depth+1, false)
	}
	p.write("}")
}

func (p *printer) list(v reflect.Value, literal string, depth int) {
	p.write(literal + "{")
	for i := range v.Len() {
		if !p.item(i, v.Len()) {
			break
		}
		p.value(v.Index(i), "", depth+1, elides(v.Type().Elem()))
	}
	p.write("}")
}

func (p *printer) mapping(v reflect.Value, literal string, depth int) {
	if p.seen[v.Pointer()] {
		p.write(literal + "{…}")
		return
	}
	p.seen[v.Pointer()] = true
	defer delete(p.seen, v.Pointer())
	p.write(literal + "{")
	for i, key := range sortedKeys(v) {
		if !p.item(i, v.Len()) {
			break
		}
		p.value(key, "", depth+1, elides(v.Type().Key()))
		p.write(": ")
		p.value(v.MapIndex(key), "", depth+1, elides(v.Type().Elem()))
	}
	p.write("}")
}

// item begins the ith of n elements and reports whether it is to be written.
func (p *printer) item(i, n int) bool {
	if i > 0 {
		p.write(", ")
	}
	if i == maxItems {
		p.write(fmt.Sprintf("… %d more", n-i))
		return false
	}
	return p.text.Len() <= maxText
}

// elides says whether Go lets a composite literal leave out this element type.
func elides(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct, reflect.Slice, reflect.Map, reflect.Array:
		return true
	}
	return false
}

// ownText is the text that a value gives of itself.
func ownText(v reflect.Value) (string, bool) {
	if !v.CanInterface() || isNil(v) {
		return "", false
	}
	switch x := v.Interface().(type) {
	case time.Time: // without the reading of the monotonic clock
		return x.Round(0).String(), true
	case error:
		return x.Error(), true
	case fmt.Stringer:
		return x.String(), true
	}
	return "", false
}

func byteText(v reflect.Value) (string, bool) {
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.Uint8 || v.Len() == 0 {
		return "", false
	}
	b := v.Bytes()
	if !utf8.Valid(b) {
		return "", false
	}
	for _, r := range string(b) {
		if !unicode.IsPrint(r) && r != '\n' && r != '\t' && r != '\r' {
			return "", false
		}
	}
	return string(b), true
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Func, reflect.Chan, reflect.Interface:
		return v.IsNil()
	}
	return false
}

func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	less := func(a, b reflect.Value) bool { return goSyntax(a, "") < goSyntax(b, "") }
	switch v.Type().Key().Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		less = func(a, b reflect.Value) bool { return a.Int() < b.Int() }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		less = func(a, b reflect.Value) bool { return a.Uint() < b.Uint() }
	case reflect.Float32, reflect.Float64:
		less = func(a, b reflect.Value) bool { return a.Float() < b.Float() }
	case reflect.String:
		less = func(a, b reflect.Value) bool { return a.String() < b.String() }
	}
	sort.SliceStable(keys, func(i, j int) bool { return less(keys[i], keys[j]) })
	return keys
}

// typeName is the type as a cell writes it.
func typeName(t reflect.Type) string {
	return strings.NewReplacer("main.", "", "interface {}", "any").Replace(t.String())
}

func parenthesised(name string) string {
	if strings.HasPrefix(name, "*") || strings.HasPrefix(name, "func") || strings.HasPrefix(name, "chan") || strings.HasPrefix(name, "<-") {
		return "(" + name + ")"
	}
	return name
}
