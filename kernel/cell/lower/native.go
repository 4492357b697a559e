package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// nativeMethods are the methods of the library that wait for another goroutine, or that
// others may wait for, and the native functions in their place. Those know of
// simulations; the ones that wait end when the user interrupts the cell, and say
// that they wait.
var nativeMethods = map[string]string{
	"(*sync.Mutex).Lock":       "Lock",
	"(*sync.Mutex).TryLock":    "TryLock",
	"(*sync.Mutex).Unlock":     "Unlock",
	"(*sync.RWMutex).Lock":     "WriteLock",
	"(*sync.RWMutex).TryLock":  "WriteTryLock",
	"(*sync.RWMutex).Unlock":   "WriteUnlock",
	"(*sync.RWMutex).RLock":    "ReadLock",
	"(*sync.RWMutex).TryRLock": "ReadTryLock",
	"(*sync.RWMutex).RUnlock":  "ReadUnlock",
	"(*sync.WaitGroup).Add":    "WaitGroupAdd",
	"(*sync.WaitGroup).Done":   "WaitGroupDone",
	"(*sync.WaitGroup).Go":     "WaitGroupGo",
	"(*sync.WaitGroup).Wait":   "WaitGroupWait",
	"(*sync.Once).Do":          "OnceDo",
	"(*sync.Cond).Wait":        "CondWait",
	"(*sync.Cond).Signal":      "CondSignal",
	"(*sync.Cond).Broadcast":   "CondBroadcast",
	"(*sync.Pool).Get":         "PoolGet",
	"(*sync.Pool).Put":         "PoolPut",
	"(*time.Timer).Stop":       "TimerStop",
	"(*time.Timer).Reset":      "TimerReset",
	"(*time.Ticker).Stop":      "TickerStop",
	"(*time.Ticker).Reset":     "TickerReset",
}

// callNative calls a native function in the place of a method.
func (f *fn) callNative(name, text string, t types.Type, args []string) string {
	if _, ok := types.Unalias(t).(*types.Pointer); !ok {
		text = addressOf(text)
	}
	return Helpers + "." + name + "(" + spread(slices.Concat([]string{text}, args, f.objectText()), false) + ")"
}

// objectText is what the program calls the object that a native function is called
// with, as an argument: nothing where nobody asks.
func (f *fn) objectText() []string {
	if !f.watch || f.object == "" {
		return nil
	}
	return []string{f.object}
}

// naming is f where a native function is told by what expression its object goes.
func (f *fn) naming(e ast.Expr) *fn {
	if !f.watch {
		return f
	}
	g := *f
	g.object = strconv.Quote(exprText(e))
	return &g
}

// namingArgument is naming for a function whose first argument points to its object.
func (f *fn) namingArgument(e *ast.CallExpr) *fn {
	if len(e.Args) == 0 {
		return f
	}
	x := ast.Unparen(e.Args[0])
	if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.AND {
		x = u.X
	}
	return f.naming(x)
}

// channelText is what the program calls a channel, as an argument behind others:
// nothing where nobody asks.
func (f *fn) channelText(e ast.Expr) string {
	if !f.watch {
		return ""
	}
	return ", " + strconv.Quote(exprText(e))
}

// locker says of an interface's method that it locks or unlocks, which in a
// simulation no native method may do.
func locker(m *types.Func) string {
	sig := m.Signature()
	if sig.Params().Len() > 0 || sig.Results().Len() > 0 {
		return ""
	}
	return map[string]string{"Lock": "LockerLock", "Unlock": "LockerUnlock"}[m.Name()]
}

// The kinds of accesses, as in core.Atomic.
const (
	atomicLoad   = "2"
	atomicStore  = "3"
	atomicUpdate = "4"
)

// atomicKind is what a function or method of package sync/atomic, or a method of
// sync.Map, does; "" for any other function, "swap" for a compare-and-swap.
func atomicKind(m *types.Func) string {
	if m.Pkg() == nil || m.Pkg().Path() != "sync/atomic" && !strings.HasPrefix(m.FullName(), "(*sync.Map).") {
		return ""
	}
	if m.Signature().Recv() == nil && !pointerFirst(m) {
		return ""
	}
	switch name := m.Name(); {
	case strings.HasPrefix(name, "CompareAndSwap"):
		return "swap"
	case strings.HasPrefix(name, "LoadAnd"), strings.HasPrefix(name, "LoadOr"):
		return atomicUpdate
	case strings.HasPrefix(name, "Load"), name == "Range":
		return atomicLoad
	case strings.HasPrefix(name, "Store"):
		return atomicStore
	}
	return atomicUpdate
}

func pointerFirst(m *types.Func) bool {
	if m.Signature().Params().Len() == 0 {
		return false
	}
	_, ok := m.Signature().Params().At(0).Type().(*types.Pointer)
	return ok
}

// controlled are the packages whose functions and methods do nothing but compute,
// or are simulated. What others do goes on outside of the program, where a
// simulation has no say.
var controlled = map[string]bool{}

func init() {
	for _, path := range strings.Fields(`
		bufio bytes cmp context errors fmt hash html io iter log maps math path reflect regexp slices sort strconv strings sync time unicode
		unique unsafe weak embed expvar flag log/slog io/fs path/filepath sync/atomic os runtime runtime/debug
		archive/tar archive/zip compress/bzip2 compress/flate compress/gzip compress/lzw compress/zlib
		container/heap container/list container/ring encoding encoding/ascii85 encoding/asn1 encoding/base32 encoding/base64
		encoding/binary encoding/csv encoding/gob encoding/hex encoding/json encoding/pem encoding/xml
		hash/adler32 hash/crc32 hash/crc64 hash/fnv html/template image image/color image/color/palette image/draw image/gif image/jpeg
		image/png index/suffixarray math/big math/bits math/cmplx math/rand math/rand/v2 mime net/netip net/url
		crypto/md5 crypto/sha1 crypto/sha256 crypto/sha3 crypto/sha512 crypto/hmac crypto/subtle
		regexp/syntax strings testing/iotest text/scanner text/tabwriter text/template text/template/parse
		unicode/utf16 unicode/utf8 go/ast go/build/constraint go/constant go/format go/parser go/printer go/scanner go/token go/types`) {
		controlled[path] = true
	}
}

// waiting are functions and methods of controlled packages that are not.
var waiting = map[string]bool{
	"io.Pipe": true, "os.Pipe": true, "os.StartProcess": true, "os.FindProcess": true,
	"(*os.Process).Wait": true, "(*os.File).Read": true, "(*os.File).ReadAt": true,
	"os.ReadFile": true, "os.WriteFile": true, "os.Open": true, "os.Create": true, "os.OpenFile": true, "os.ReadDir": true,
	"fmt.Scan": true, "fmt.Scanln": true, "fmt.Scanf": true,
	"runtime.NumGoroutine": true, "runtime.SetFinalizer": true, "runtime.AddCleanup": true, "runtime.LockOSThread": true,
}

// uncontrolled is the name of a compiled function or method that simulations have
// to refuse, "" for others.
func uncontrolled(m *types.Func) string {
	if m.Pkg() == nil {
		return ""
	}
	path := importPath(m.Pkg())
	if path == "main" || strings.HasPrefix(path, "lockstep/") {
		return ""
	}
	if controlled[path] && !waiting[m.FullName()] {
		return ""
	}
	return m.FullName()
}

// prologue is what a call of a compiled function tells a simulation before it is
// made, by the function's parameters: "" for nothing.
func prologue(m *types.Func, first string) string {
	switch kind := atomicKind(m); kind {
	case "":
	case "swap":
		old := "ʹp0"
		if m.Signature().Recv() == nil {
			old = "ʹp1"
		}
		return simulated("Swap(" + first + ", " + old + ", ʹat, ʹn)")
	default:
		return simulated("Atomic(" + first + ", " + kind + ", ʹat, ʹn)")
	}
	if what := uncontrolled(m); what != "" {
		return simulated("Refuse(" + strconv.Quote(what) + ", ʹat)")
	}
	return ""
}

// announced is the name of a function that calls a compiled function, or a method
// of a t, having told a simulation of it; "" if there is nothing to tell. It takes a
// place and a name behind the arguments.
func (f *fn) announced(m *types.Func, t types.Type) string {
	if !f.emitter.watch {
		return ""
	}
	first := "ʹr"
	if t == nil {
		first = "ʹp0"
	}
	before := prologue(m, first)
	if before == "" {
		return ""
	}
	key := m.FullName()
	if t != nil {
		key += " " + f.typeText(t)
	}
	return f.helper(m.Name(), key, func(name, _ string) string {
		sig := f.signature(m.Signature())
		params, args := f.forward(sig)
		if sig.Variadic() { // as a slice, since others come behind
			last := sig.Params().Len() - 1
			params = strings.Replace(params, args[last]+" ...", args[last]+" []", 1)
		}
		call := "ʹr." + m.Name()
		if t == nil {
			call = f.pkg(m.Pkg().Path()) + "." + m.Name()
		} else {
			params = ", ʹr " + f.typeText(t) + params
		}
		call += "(" + spread(args, sig.Variadic()) + ")"
		if sig.Results().Len() > 0 {
			call = "return " + call
		}
		return "func " + name + "(" + strings.TrimPrefix(params+", ʹat int64, ʹn string", ", ") + ")" + f.emitter.results(sig) + " {\n" + before + "\n" + call + "\n}\n"
	})
}

// announce calls what announced has given.
func (f *fn) announce(name string, sig *types.Signature, recv, args []string, spreads bool) string {
	if n := sig.Params().Len(); sig.Variadic() && !spreads {
		list := f.typeText(sig.Params().At(n-1).Type()) + "{" + strings.Join(args[n-1:], ", ") + "}"
		args = append(slices.Clone(args[:n-1]), list)
	}
	object := f.object
	if object == "" {
		object = `""`
	}
	return name + "(" + spread(slices.Concat(recv, args, []string{f.markText(f.pos()), object}), false) + ")"
}

// announcedCall is the call of a compiled function, if there is something to tell a
// simulation before.
func (f *fn) announcedCall(fun ast.Expr, args []string, spreads bool) string {
	m := f.declared(fun)
	if m == nil || m.Pkg() == nil || m.Pkg().Path() == "main" || m.Signature().Recv() != nil || m.Signature().TypeParams().Len() > 0 || isLibrary(m.Pkg()) && f.emitter.function(m) != nil {
		return ""
	}
	if name := f.announced(m, nil); name != "" {
		return f.announce(name, m.Signature(), nil, args, spreads)
	}
	return ""
}

// pos is near what is lowered now.
func (f *fn) pos() token.Pos {
	if isLibrary(f.source.Pkg) {
		return token.NoPos
	}
	return f.at
}

// announcedValue is a compiled function as a value, if a simulation is told of its
// calls; "" for others.
func (f *fn) announcedValue(m *types.Func, sig *types.Signature) string {
	if m.Pkg() == nil || m.Pkg().Path() == "main" || isLibrary(m.Pkg()) || m.Signature().TypeParams().Len() > 0 {
		return ""
	}
	name := f.announced(m, nil)
	if name == "" {
		return ""
	}
	params, args := f.forward(sig)
	call := f.announce(name, m.Signature(), nil, args, sig.Variadic())
	if sig.Results().Len() > 0 {
		call = "return " + call
	}
	return f.own("func("+strings.TrimPrefix(params, ", ")+")"+f.emitter.results(sig)+" { "+call+" }", f.typeText(sig))
}
