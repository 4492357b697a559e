package process

import (
	"reflect"

	"lockstep/runtime/internal/proc"
)

// carried is in the type of what carries values of type T: whoever registers that type
// finds T in it.
type carried[T any] [0]*T

// The package's own types may be held by interfaces in any program.
func init() {
	for _, t := range []reflect.Type{
		reflect.TypeFor[*Process](), reflect.TypeFor[*Lock](), reflect.TypeFor[*RLock](), reflect.TypeFor[*Semaphore](), reflect.TypeFor[*Event](), reflect.TypeFor[*SharedMemory](), reflect.TypeFor[*ManagedLock](),
	} {
		proc.Native.Add(t)
	}
}
