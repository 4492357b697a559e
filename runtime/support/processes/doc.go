// Package processes is what package process is made of, with values of type any: the
// semantics are here, and compiled once, while package process adds the types.
package processes
