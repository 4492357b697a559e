//go:build !linux

package sched

import "github.com/petermattis/goid"

// osThreadID returns the goroutine's id, for want of a portable thread id.
func osThreadID() int64 { return goid.Get() }

// mainThreadID returns the id of the main code's goroutine, which calls it.
func mainThreadID() int64 { return goid.Get() }

func onMainThread() bool { return false }

// roomForThreads has no limit to look at here.
func roomForThreads() bool { return true }
