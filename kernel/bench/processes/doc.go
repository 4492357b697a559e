// Package processes measures what processes and threads of the runtime cost beside
// Python's multiprocessing, threading and queue, in a compiled program and in cells:
//
//	go test -bench=. -benchtime=1x ./kernel/bench/processes
package processes
