package protocol

// Channel names one of the sockets of a kernel.
type Channel string

// The channels of a kernel.
const (
	Shell     Channel = "shell"   // requests, answered in order
	Control   Channel = "control" // requests that must not wait for a cell
	Stdin     Channel = "stdin"   // the kernel asks the user
	IOPub     Channel = "iopub"   // what everybody sees: outputs and status
	Heartbeat Channel = "hb"      // echo
)
