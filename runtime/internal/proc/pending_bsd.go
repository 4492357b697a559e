//go:build unix && !linux

package proc

// ioctlPending is FIONREAD.
const ioctlPending = 0x4004667f
