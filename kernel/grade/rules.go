package grade

import (
	"errors"
	"go/types"
	"strings"
)

// packages are what the code of a submission may use of the standard library: what
// computes, and keeps to the process.
var packages = set(`bufio bytes cmp compress/flate compress/gzip container/heap container/list container/ring context
	crypto/md5 crypto/sha1 crypto/sha256 crypto/sha512 encoding/base64 encoding/binary encoding/csv encoding/hex encoding/json
	errors flag fmt hash hash/adler32 hash/crc32 hash/crc64 hash/fnv hash/maphash image image/color image/draw image/png io iter
	log log/slog maps math math/big math/bits math/cmplx math/rand math/rand/v2 os path regexp regexp/syntax runtime slices sort
	strconv strings sync sync/atomic text/scanner text/tabwriter time unicode unicode/utf16 unicode/utf8 unique`)

// files are what it may use of package os: the process itself, and the functions
// that a confined worker keeps to its folder.
var files = set(`Args Exit Getpid Getppid Getenv LookupEnv Getwd Stdin Stdout Stderr Pipe PathError SyscallError ModePerm FileMode FileInfo
	DirEntry File DevNull Signal Interrupt Kill ErrExist ErrNotExist ErrPermission ErrClosed ErrInvalid ErrDeadlineExceeded IsExist IsNotExist
	IsPermission O_RDONLY O_WRONLY O_RDWR O_APPEND O_CREATE O_EXCL O_SYNC O_TRUNC
	Open OpenFile Create ReadFile WriteFile ReadDir Stat Lstat Mkdir MkdirAll Remove RemoveAll Rename`)

// methods are what it may not call even there.
var methods = set(`Chdir Chmod Chown Fd SyscallConn`)

// course is what it may use of the learner's commands.
var course = set(`Case Fastest`)

func set(names string) map[string]bool {
	all := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		all[name] = true
	}
	return all
}

var (
	errPackage = errors.New("its package is not open to submissions")
	errName    = errors.New("it is not open to submissions")
)

// rules are those of a submission; network says that its lesson is about sockets.
func rules(network bool) func(types.Object) error {
	return func(object types.Object) error {
		path, name := object.Pkg().Path(), object.Name()
		topLevel := object.Parent() == object.Pkg().Scope()
		switch {
		case path == "os" && (topLevel && !files[name] || !topLevel && methods[name]):
			return errName
		case path == "lockstep/lessons/course" && topLevel && !course[name]:
			return errName
		case path == "lockstep/lessons/course", strings.HasPrefix(path, "lockstep/runtime/"), packages[path]:
			return nil
		case path == "net" && network:
			return nil
		}
		return errPackage
	}
}
