package proc

// ioctlPending is FIONREAD.
const ioctlPending = 0x541b
