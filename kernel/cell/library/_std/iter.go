package iter

import "iter"

// pull is Pull of a sequence without values. The values go by way of a variable:
// the two sides run in turns.
func pull(seq func(yield func() bool)) (next func() bool, stop func())

func Pull[V any](seq iter.Seq[V]) (next func() (V, bool), stop func()) {
	var value V
	more, stop := pull(func(yield func() bool) {
		seq(func(v V) bool {
			value = v
			return yield()
		})
	})
	return func() (V, bool) {
		ok := more()
		var v V
		if ok {
			v = value
		}
		return v, ok
	}, stop
}

func Pull2[K, V any](seq iter.Seq2[K, V]) (next func() (K, V, bool), stop func()) {
	var key K
	var value V
	more, stop := pull(func(yield func() bool) {
		seq(func(k K, v V) bool {
			key, value = k, v
			return yield()
		})
	})
	return func() (K, V, bool) {
		ok := more()
		var k K
		var v V
		if ok {
			k, v = key, value
		}
		return k, v, ok
	}, stop
}
