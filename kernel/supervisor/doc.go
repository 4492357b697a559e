// Package supervisor keeps a worker process: it starts one, has it run cells,
// carries what they show to their outputs, interrupts them, and replaces the
// worker when it ends.
package supervisor
