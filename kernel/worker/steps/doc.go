// Package steps puts steps of its own in the place of some of the interpreter's.
//
// The interpreter makes of each node of a program a function, its step, by the
// generator that the node names. Between compiling and executing a program
// another generator can be named. That is done where the interpreter's own step
// does something else than Go and lowered code can't help it, or not for the
// same price.
//
// The package knows the inside of one release of the interpreter; TestLayouts
// holds what it knows against the release that is in use.
package steps
