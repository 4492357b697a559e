// Package core has the native functions that lowered code calls for what the
// interpreter can't do right: values in interfaces, deferred calls and panics,
// goroutines and channels, and the built-in functions that print.
//
// Lowered code imports it as ʹrt, from Symbols. It works with the open variants
// of cell types (see package celltype) and hands them to these functions as any;
// what an interface value holds is always of the true variant. All functions are
// safe for concurrent use.
package core
