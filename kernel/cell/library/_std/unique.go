package unique

// canonical is the address of what package unique keeps for all values that are
// equal to v. It keeps it as long as the address is held.
func canonical(v any) *any

// Handle refers to a value as an interface holds it.
type Handle[T comparable] struct{ value *any }

func Make[T comparable](value T) Handle[T] { return Handle[T]{canonical(value)} }

func (h Handle[T]) Value() T {
	v, _ := (*h.value).(T) // nothing is held for a nil interface
	return v
}
