// Package celltype makes real Go types at run time for the types that cells
// declare: named, recursive, with methods, and with interfaces of their own.
//
// The reflect package makes only unnamed types without methods. With those,
// values of cell types could not be what they are in a compiled program to
// package fmt, errors, encoding/json or sort. So this package lays out type
// descriptors itself, as package reflect does for its unnamed types, and hands
// method tables the addresses of small assembly stubs that lead to closures made
// by reflect.MakeFunc.
//
// Each type comes in two variants of one memory layout. The open variant, for
// the interpreter, has every field marked as exported, because the interpreter
// works through package reflect, which guards unexported fields. The true
// variant is what a compiler would make, and what an interface value holds.
// Conversion between the two replaces a type word and copies nothing.
package celltype
