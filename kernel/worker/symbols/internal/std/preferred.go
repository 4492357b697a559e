package std

import (
	"bufio"
	"encoding"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"reflect"
)

// Preferred tells the interpreter how values of its own types go into functions
// and interfaces of a package that look for more methods than the parameter's
// type has: fmt.Println for a Stringer, io.Copy for a WriterTo.
//
// A key is a function, then the values are the interfaces that it looks for in
// an argument of type any; or the wrapper of an interface, then they are wrappers
// with more methods. The interpreter takes the first that a type can fill. The
// result is nil for most packages.
func Preferred(path string) map[reflect.Value][]reflect.Type {
	switch path {
	case "fmt":
		return merge(
			lookFor([]reflect.Type{reflect.TypeFor[fmt.Formatter](), reflect.TypeFor[fmt.Stringer]()},
				fmt.Errorf, fmt.Print, fmt.Printf, fmt.Println, fmt.Sprint, fmt.Sprintf, fmt.Sprintln,
				fmt.Fprint, fmt.Fprintf, fmt.Fprintln, fmt.Append, fmt.Appendf, fmt.Appendln),
			lookFor([]reflect.Type{reflect.TypeFor[fmt.Scanner]()},
				fmt.Scan, fmt.Scanf, fmt.Scanln, fmt.Sscan, fmt.Sscanf, fmt.Sscanln,
				fmt.Fscan, fmt.Fscanf, fmt.Fscanln),
		)
	case "log":
		return lookFor([]reflect.Type{reflect.TypeFor[fmt.Formatter](), reflect.TypeFor[fmt.Stringer]()},
			log.Print, log.Printf, log.Println, log.Panic, log.Panicf, log.Panicln,
			log.Fatal, log.Fatalf, log.Fatalln)
	case "encoding/json":
		return merge(
			lookFor([]reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()},
				json.Marshal, json.MarshalIndent),
			lookFor([]reflect.Type{reflect.TypeFor[json.Unmarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()},
				json.Unmarshal),
		)
	case "encoding/xml":
		return merge(
			lookFor([]reflect.Type{reflect.TypeFor[xml.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()},
				xml.Marshal, xml.MarshalIndent),
			lookFor([]reflect.Type{reflect.TypeFor[xml.Unmarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()},
				xml.Unmarshal),
		)
	case "io":
		return merge(
			lookFor([]reflect.Type{reflect.TypeFor[readerWriterTo](), reflect.TypeFor[readerCloser]()}, (*_io_Reader)(nil)),
			lookFor([]reflect.Type{reflect.TypeFor[writerReaderFrom](), reflect.TypeFor[writerCloser]()}, (*_io_Writer)(nil)),
		)
	case "net/http":
		return lookFor([]reflect.Type{
			reflect.TypeFor[responseFlusherHijacker](), reflect.TypeFor[responseHijacker](), reflect.TypeFor[responseFlusher](),
		}, (*_net_http_ResponseWriter)(nil))
	}
	return nil
}

func lookFor(types []reflect.Type, keys ...any) map[reflect.Value][]reflect.Type {
	m := map[reflect.Value][]reflect.Type{}
	for _, key := range keys {
		m[reflect.ValueOf(key)] = types
	}
	return m
}

func merge(a, b map[reflect.Value][]reflect.Type) map[reflect.Value][]reflect.Type {
	for key, types := range b {
		a[key] = types
	}
	return a
}

// The interpreter takes a wrapper's first field for the value and the others
// for its methods, by name; so they can't embed one another.

// A body that io.Copy can let write itself.
type readerWriterTo struct {
	IValue   any
	WRead    func([]byte) (int, error)
	WWriteTo func(io.Writer) (int64, error)
}

func (w readerWriterTo) Read(p []byte) (int, error)           { return w.WRead(p) }
func (w readerWriterTo) WriteTo(dst io.Writer) (int64, error) { return w.WWriteTo(dst) }

// A body that http.NewRequest and its kin close.
type readerCloser struct {
	IValue any
	WRead  func([]byte) (int, error)
	WClose func() error
}

func (w readerCloser) Read(p []byte) (int, error) { return w.WRead(p) }
func (w readerCloser) Close() error               { return w.WClose() }

type writerReaderFrom struct {
	IValue    any
	WWrite    func([]byte) (int, error)
	WReadFrom func(io.Reader) (int64, error)
}

func (w writerReaderFrom) Write(p []byte) (int, error)           { return w.WWrite(p) }
func (w writerReaderFrom) ReadFrom(src io.Reader) (int64, error) { return w.WReadFrom(src) }

type writerCloser struct {
	IValue any
	WWrite func([]byte) (int, error)
	WClose func() error
}

func (w writerCloser) Write(p []byte) (int, error) { return w.WWrite(p) }
func (w writerCloser) Close() error                { return w.WClose() }

// A middleware's response that passes on streaming.
type responseFlusher struct {
	IValue       any
	WHeader      func() http.Header
	WWrite       func([]byte) (int, error)
	WWriteHeader func(int)
	WFlush       func()
}

func (w responseFlusher) Header() http.Header         { return w.WHeader() }
func (w responseFlusher) Write(p []byte) (int, error) { return w.WWrite(p) }
func (w responseFlusher) WriteHeader(status int)      { w.WWriteHeader(status) }
func (w responseFlusher) Flush()                      { w.WFlush() }

// A middleware's response that passes on its connection, as for WebSockets.
type responseHijacker struct {
	IValue       any
	WHeader      func() http.Header
	WWrite       func([]byte) (int, error)
	WWriteHeader func(int)
	WHijack      func() (net.Conn, *bufio.ReadWriter, error)
}

func (w responseHijacker) Header() http.Header         { return w.WHeader() }
func (w responseHijacker) Write(p []byte) (int, error) { return w.WWrite(p) }
func (w responseHijacker) WriteHeader(status int)      { w.WWriteHeader(status) }
func (w responseHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.WHijack()
}

type responseFlusherHijacker struct {
	IValue       any
	WHeader      func() http.Header
	WWrite       func([]byte) (int, error)
	WWriteHeader func(int)
	WFlush       func()
	WHijack      func() (net.Conn, *bufio.ReadWriter, error)
}

func (w responseFlusherHijacker) Header() http.Header         { return w.WHeader() }
func (w responseFlusherHijacker) Write(p []byte) (int, error) { return w.WWrite(p) }
func (w responseFlusherHijacker) WriteHeader(status int)      { w.WWriteHeader(status) }
func (w responseFlusherHijacker) Flush()                      { w.WFlush() }
func (w responseFlusherHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.WHijack()
}
