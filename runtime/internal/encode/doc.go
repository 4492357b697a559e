// Package encode turns values of any Go type into bytes and back, for another
// process that runs the same program and so knows the same types.
//
// All fields of structs are encoded, unexported ones too, and pointers keep their
// shape: two that were one are one again, and a ring is a ring. What means
// something in one process only (a channel, a function, a mutex) is refused with
// the way to it, such as "field T.mu".
package encode
