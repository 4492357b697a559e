//go:build !linux

package worker

// preferAsOOMVictim is for Linux.
func preferAsOOMVictim() {}
