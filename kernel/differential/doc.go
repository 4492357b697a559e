// Package differential runs notebooks by the kernel and as plain Go programs and
// compares what they print and how they end.
//
//	go test ./kernel/differential                  # the kernel against the recorded outputs
//	go test ./kernel/differential -native          # the recorded outputs against the Go toolchain
//	go test ./kernel/differential -native -record  # … and record what differs
//	go test ./kernel/differential -random 1000     # that many random concurrent programs
//
// A notebook is a txtar file under testdata. Its parts are, in order:
//
//	-- cell --     a cell, once for each
//	-- native --   the same as a plain Go program; without it, it is derived
//	-- stdout --   what the Go program prints
//	-- error --    how the Go program fails, if it does
package differential
