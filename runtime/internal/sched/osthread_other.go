//go:build !linux

package sched

import "github.com/petermattis/goid"

// osThreadID returns the goroutine's id, for want of a portable thread id.
func osThreadID() int { return int(goid.Get()) }

// roomForThreads has no limit to look at here.
func roomForThreads() bool { return true }
