package core

import (
	"reflect"

	"lockstep/kernel/worker/celltype"
	"lockstep/runtime/support"
)

// Path is the import path and the name of the package that Symbols is for.
const Path = "ʹrt"

// Core is the part of the functions that needs the session's types.
type Core struct {
	types      *celltype.Registry
	tokens     tokens
	places     places
	simulation *simulation
	targets    targets
}

// New is the core of the session whose types are given.
func New(types *celltype.Registry) *Core {
	return &Core{types: types, places: newPlaces(), simulation: newSimulation()}
}

// Symbols is what lowered code sees as package Path: by name, as an interpreter
// wants it.
func (c *Core) Symbols() map[string]reflect.Value {
	symbols := map[string]reflect.Value{
		// Types are known by a nil pointer to them.
		"Any":    reflect.ValueOf((*any)(nil)),
		"Error":  reflect.ValueOf((*error)(nil)),
		"Empty":  reflect.ValueOf((*struct{})(nil)),
		"At":     pointer(c.places.at),
		"Top":    pointer(c.places.top),
		"Sim":    pointer(c.simulation.on),
		"Case":   reflect.ValueOf((*Case)(nil)),
		"Defers": reflect.ValueOf((*Defers)(nil)),
		"Keys":   reflect.ValueOf((*Keys)(nil)),
	}
	for name, function := range map[string]any{
		"Box":          c.Box,
		"Open":         c.Open,
		"Assert":       c.Assert,
		"Is":           c.Is,
		"Try":          c.Try,
		"TryTo":        c.TryTo,
		"Eq":           Eq,
		"Invoke":       c.Invoke,
		"Conv":         c.Conv,
		"SliceToArray": c.SliceToArray,
		"Target":       c.Target,
		"NamedTask":    support.NamedTask,
		"Method":       c.Method,
		"Clear":        Clear,
		"MakeSlice":    c.MakeSlice,
		"Shift":        Shift,
		"Complex64":    Complex64,
		"Complex128":   Complex128,

		"Panic":          c.Panic,
		"Defer":          Defer,
		"Push":           Push,
		"Frame":          Frame,
		"Forward":        Forward,
		"Recover":        Recover,
		"IteratorMisuse": IteratorMisuse,
		"NilDereference": NilDereference,

		"Go":          c.Go,
		"Send":        c.Send,
		"Recv":        c.Recv,
		"RecvTo":      c.RecvTo,
		"Close":       c.Close,
		"SendCase":    c.SendCase,
		"RecvCase":    RecvCase,
		"DefaultCase": DefaultCase,
		"Select":      c.Select,

		"Pull":         Pull,
		"SharesMemory": SharesMemory,
		"Canonical":    Canonical,
		"Weaken":       Weaken,
		"Strengthen":   Strengthen,

		"UnsafeSlice":      c.UnsafeSlice,
		"UnsafeSliceData":  c.UnsafeSliceData,
		"UnsafeString":     UnsafeString,
		"UnsafeStringData": UnsafeStringData,

		"Lock":          c.Lock,
		"TryLock":       c.TryLock,
		"Unlock":        c.Unlock,
		"WriteLock":     c.WriteLock,
		"WriteTryLock":  c.WriteTryLock,
		"WriteUnlock":   c.WriteUnlock,
		"ReadLock":      c.ReadLock,
		"ReadTryLock":   c.ReadTryLock,
		"ReadUnlock":    c.ReadUnlock,
		"LockerLock":    c.LockerLock,
		"LockerUnlock":  c.LockerUnlock,
		"WaitGroupAdd":  c.WaitGroupAdd,
		"WaitGroupDone": c.WaitGroupDone,
		"WaitGroupGo":   c.WaitGroupGo,
		"WaitGroupWait": c.WaitGroupWait,
		"OnceDo":        c.OnceDo,
		"CondWait":      c.CondWait,
		"CondSignal":    c.CondSignal,
		"CondBroadcast": c.CondBroadcast,
		"PoolGet":       c.PoolGet,
		"PoolPut":       c.PoolPut,
		"TimerStop":     c.TimerStop,
		"TimerReset":    c.TimerReset,
		"TickerStop":    c.TickerStop,
		"TickerReset":   c.TickerReset,

		"Len":           c.Len,
		"Cap":           c.Cap,
		"Read":          c.Read,
		"Write":         c.Write,
		"Atomic":        c.Atomic,
		"Swap":          c.Swap,
		"ReadMap":       c.ReadMap,
		"WriteMap":      c.WriteMap,
		"RangeMap":      c.RangeMap,
		"Append":        c.Append,
		"Copy":          c.Copy,
		"ClearElements": c.ClearElements,
		"Elements":      c.Elements,
		"Object":        c.Object,
		"Refuse":        c.Refuse,
		"Stale":         c.Stale,

		"Print":     Print,
		"Println":   Println,
		"Interface": Interface,

		"Show":     c.Show,
		"Declared": support.Declared,
		"Stdin":    c.Stdin,
		"Stdout":   support.Stdout,
		"Stderr":   support.Stderr,
	} {
		symbols[name] = reflect.ValueOf(function)
	}
	return symbols
}

// Show shows v, open or not, as the value of the cell. See support.Show.
func (c *Core) Show(v any) { support.Show(c.Box(v)) }

// Complex64 is the built-in function complex of two float32.
func Complex64(re, im float32) complex64 { return complex(re, im) }

// Complex128 is the built-in function complex of two float64.
func Complex128(re, im float64) complex128 { return complex(re, im) }

// Shift is the count of a shift, unsigned. A negative one panics, as in Go.
func Shift(n int64) uint64 {
	_ = 1 << n
	return uint64(n)
}
