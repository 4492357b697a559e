// Package protocol is Jupyter's messaging protocol: typed messages, their
// signatures and their form on the wire, and the connection file. It knows
// nothing of sockets and nothing of Go code.
//
// The reference is "Messaging in Jupyter" of the jupyter_client documentation;
// the JEPs are Jupyter's enhancement proposals.
package protocol

// Version is the version of the protocol that this package speaks. 5.4 brought
// the welcome on iopub (JEP 65), 5.5 the list of supported features.
const Version = "5.5"
