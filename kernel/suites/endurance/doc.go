// Package endurance uses one kernel for long: cells that crash their worker in
// random order, and thousands of ordinary ones, with nothing leaked.
//
// What it does in go test is a sample. All of it is
//
//	go test ./kernel/suites/endurance -crashes 1000 -cells 10000 -timeout 60m -v
package endurance
