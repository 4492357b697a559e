// Package bench measures what the kernel costs beside ipykernel, the kernel
// that most users know, through the client that they use:
//
//	go test -bench=. -benchtime=1x ./kernel/bench
package bench
