// Package lower translates checked Go of cells into the small core of Go that
// the interpreter runs right.
//
// What it emits has only functions, locals with unique names, plain statements
// and expressions whose conversions are spelt out. Types declared in cells are
// real Go types made beside the interpreter (package celltype): lowered code
// knows them as ʹt.Name. Session variables live outside the interpreter too, as
// pointers ʹv.name. Methods are functions that take the receiver first, generic
// functions and types are made concrete, and everything that concerns
// goroutines, channels, deferred calls, panics and interface values is a call of
// a native function ʹrt.Name.
//
// Generic functions of the standard library, of which there is no compiled code,
// are lowered from their source (package library), but for common instances that
// are compiled into the worker (package instances).
package lower

// The packages that lowered code calls on. ʹ is a letter to Go and on no
// keyboard, so no name of a user's collides with one of ours.
const (
	Helpers   = "ʹrt"
	Types     = "ʹt"
	Variables = "ʹv"
)

// anyType is the empty interface type.
const anyType = Helpers + ".Any"
