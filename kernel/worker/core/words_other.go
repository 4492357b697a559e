//go:build !unix

package core

// words is memory for n numbers that goroutines write as they please.
func words(n int) []int64 { return make([]int64, n) }
