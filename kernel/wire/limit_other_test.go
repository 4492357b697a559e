//go:build !unix

package wire

func limitDescriptors(uint64) bool { return false }
