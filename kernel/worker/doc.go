// Package worker is the process that runs cells: it takes units of lowered Go
// from the link, has the interpreter compile and call them, and sends back what
// they show and how they end. What ends it, a panic in a goroutine or os.Exit,
// ends no more than itself.
package worker
