// The linker finds the functions of inside.go that have no body in the interpreter.
