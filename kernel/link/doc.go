// Package link carries typed messages, and open files along with them, between
// the front process and the worker process that runs the cells.
//
// A message is a frame: a header of headerSize bytes (the length of the body as
// a big-endian uint32, the number of files as another), then the body, a JSON
// object {"type": …, "body": …}. The files travel beside the header's first
// byte, as the operating system's own means of passing descriptors.
package link
