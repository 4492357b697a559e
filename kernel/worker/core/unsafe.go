package core

import (
	"reflect"
	"unsafe"
)

// UnsafeSlice is unsafe.Slice: an open slice of the n elements from pointer on.
func (c *Core) UnsafeSlice(pointer any, n int) any {
	p := reflect.ValueOf(c.Open(pointer))
	return reflect.SliceAt(p.Type().Elem(), p.UnsafePointer(), n).Interface()
}

// UnsafeSliceData is unsafe.SliceData: an open pointer.
func (c *Core) UnsafeSliceData(slice any) any {
	s := reflect.ValueOf(c.Open(slice))
	return reflect.NewAt(s.Type().Elem(), s.UnsafePointer()).Interface()
}

// UnsafeString is unsafe.String.
func UnsafeString(p *byte, n int) string { return unsafe.String(p, n) }

// UnsafeStringData is unsafe.StringData.
func UnsafeStringData(s string) *byte { return unsafe.StringData(s) }
