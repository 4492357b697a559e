package slices

// overlaps reports whether a and b share memory. It takes addresses, which lowered
// code can't compare.
func overlaps[E any](a, b []E) bool { return len(a) > 0 && len(b) > 0 && sharesMemory(a, b) }

func sharesMemory(a, b any) bool
