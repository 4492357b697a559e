package gosim

import (
	"iter"

	"lockstep/runtime/internal/gosim"
	"lockstep/runtime/internal/simworld"
)

// The functions here are not inlined, so that the place of a use is that of a call.

// Read is *p.
//
//go:noinline
func Read[T any](p *T, name string) T {
	if s := gosim.Current(); s != nil {
		s.Use(simworld.Read, p, at(), name)
	}
	return *p
}

// Write is *p = v. What it gives the variable is evaluated before: a switch comes
// between the reads in it and the write.
//
//go:noinline
func Write[T any](p *T, v T, name string) {
	if s := gosim.Current(); s != nil {
		s.Use(simworld.Write, p, at(), name)
	}
	*p = v
}

// Element is m[k].
//
//go:noinline
func Element[M ~map[K]V, K comparable, V any](m M, k K, name string) V {
	if s := gosim.Current(); s != nil {
		s.UseMap(simworld.Read, m, at(), name)
	}
	return m[k]
}

// Lookup is v, ok := m[k].
//
//go:noinline
func Lookup[M ~map[K]V, K comparable, V any](m M, k K, name string) (v V, ok bool) {
	if s := gosim.Current(); s != nil {
		s.UseMap(simworld.Read, m, at(), name)
	}
	v, ok = m[k]
	return v, ok
}

// Put is m[k] = v.
//
//go:noinline
func Put[M ~map[K]V, K comparable, V any](m M, k K, v V, name string) {
	if s := gosim.Current(); s != nil {
		s.UseMap(simworld.Write, m, at(), name)
	}
	m[k] = v
}

// Reads returns a slice or map all of which is read, by what is called with it.
//
//go:noinline
func Reads[T any](x T, name string) T {
	if s := gosim.Current(); s != nil {
		s.UseAll(simworld.Read, x, at(), name)
	}
	return x
}

// Writes returns a slice or map all of which is written, by what is called with it:
// delete, clear, slices.Sort.
//
//go:noinline
func Writes[T any](x T, name string) T {
	if s := gosim.Current(); s != nil {
		s.UseAll(simworld.Write, x, at(), name)
	}
	return x
}

// Grow returns a slice that n elements are appended to: where there is room the
// append writes them, else it reads those that are there.
//
//go:noinline
func Grow[S ~[]E, E any](list S, n int, name string) S {
	if s := gosim.Current(); s != nil {
		s.Append(list, n, at(), name)
	}
	return list
}

// Copy is copy(to, from), for a slice or, of bytes, a string.
//
//go:noinline
func Copy[E any, F ~[]E | ~string](to []E, from F) int {
	if s := gosim.Current(); s != nil {
		s.Copy(to, from, at())
	}
	if text, ok := any(from).(string); ok {
		return copy(any(to).([]byte), text)
	}
	return copy(to, any(from).([]E))
}

// Elements goes through a slice, as range does.
//
//go:noinline
func Elements[S ~[]E, E any](list S, name string) iter.Seq2[int, E] {
	at := at()
	return func(yield func(int, E) bool) {
		for i := range list {
			if s := gosim.Current(); s != nil {
				s.Use(simworld.Read, &list[i], at, name+"[…]")
			}
			if !yield(i, list[i]) {
				return
			}
		}
	}
}

// Pairs goes through a map, as range does: in any order, which in a simulation the
// schedule decides.
//
//go:noinline
func Pairs[M ~map[K]V, K comparable, V any](m M, name string) iter.Seq2[K, V] {
	s := gosim.Current()
	if s == nil {
		return func(yield func(K, V) bool) {
			for k, v := range m {
				if !yield(k, v) {
					return
				}
			}
		}
	}
	s.UseMap(simworld.Read, m, at(), name)
	keys := s.Keys(m)
	return func(yield func(K, V) bool) {
		for key, more := keys.Next(); more; key, more = keys.Next() {
			k := key.Interface().(K)
			v, ok := m[k]
			if ok && !yield(k, v) {
				return
			}
		}
	}
}

// Changes returns the pointer to an object that a method changes, such as a
// strings.Builder.
//
//go:noinline
func Changes[T any](p *T, name string) *T {
	if s := gosim.Current(); s != nil && p != nil {
		s.UseObject(simworld.Write, p, at(), name)
	}
	return p
}

// Looks returns the pointer to an object that a method only looks at.
//
//go:noinline
func Looks[T any](p *T, name string) *T {
	if s := gosim.Current(); s != nil && p != nil {
		s.UseObject(simworld.Read, p, at(), name)
	}
	return p
}

// Keeps returns the pointer to an object that a method may change.
//
//go:noinline
func Keeps[T any](p *T, name string) *T {
	if s := gosim.Current(); s != nil && p != nil {
		s.KeepObject(p, at(), name)
	}
	return p
}

// Loads returns the pointer to a variable that a function or method of package
// sync/atomic, or a method of sync.Map, reads.
//
//go:noinline
func Loads[T any](p *T, name string) *T {
	if s := gosim.Current(); s != nil {
		s.Use(simworld.AtomicLoad, p, at(), name)
	}
	return p
}

// Stores returns the pointer to a variable that such a one writes.
//
//go:noinline
func Stores[T any](p *T, name string) *T {
	if s := gosim.Current(); s != nil {
		s.Use(simworld.AtomicStore, p, at(), name)
	}
	return p
}

// Updates returns the pointer to a variable that such a one reads and writes.
//
//go:noinline
func Updates[T any](p *T, name string) *T {
	if s := gosim.Current(); s != nil {
		s.Use(simworld.AtomicUpdate, p, at(), name)
	}
	return p
}

// Swaps returns the pointer to a variable that is compared with old and swapped: it
// is read only where it holds something else.
//
//go:noinline
func Swaps[T any](p *T, old any, name string) *T {
	if s := gosim.Current(); s != nil {
		s.Swap(p, old, at(), name)
	}
	return p
}
