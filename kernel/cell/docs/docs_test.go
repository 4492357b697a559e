package docs_test

import (
	"slices"
	"strings"
	"testing"

	"lockstep/kernel/cell/docs"
	"lockstep/kernel/cell/exportdata"
)

func TestOf(t *testing.T) {
	for _, test := range []struct{ path, symbol, start string }{
		{"fmt", "", "Package fmt implements formatted I/O"},
		{"fmt", "Println", "Println formats using the default formats"},
		{"strings", "Builder", "A Builder is used to efficiently build a string"},
		{"strings", "Builder.WriteString", "WriteString appends the contents of s"},
		{"sync/atomic", "Pointer.Load", "Load atomically loads"},
		{"net/http", "Client.Timeout", "Timeout specifies a time limit"},
		{"net/http", "ResponseWriter.WriteHeader", "WriteHeader sends an HTTP response header"},
		{"net/http", "StatusTeapot", "RFC 9110, 15.5.19 (Unused)\n\nHTTP status codes as registered with IANA."},
		{"time", "Second", "Common durations."},
		{"syscall", "DLL.FindProc", "FindProc searches"}, // on Windows only
		{"os", "NewFile", "NewFile returns a new [File] with the given file descriptor and name.\n"},
		{"builtin", "append", "The append built-in function appends elements"},
		{"unsafe", "Sizeof", "Sizeof takes an expression"},
	} {
		if got := docs.Of(test.path)[test.symbol]; !strings.HasPrefix(got, test.start) {
			t.Errorf("%s %s: %q", test.path, test.symbol, got)
		}
	}
	for _, symbol := range []string{"newPrinter", "pp", "pp.Write", "Nonesuch"} {
		if got, ok := docs.Of("fmt")[symbol]; ok {
			t.Errorf("fmt has %s: %q", symbol, got)
		}
	}
	if got := docs.Of("no/such"); got != nil {
		t.Errorf("a package that there is not has %v", got)
	}
}

// What can be imported can be looked up, and each package says what it is.
func TestEveryPackageHasDocs(t *testing.T) {
	have := docs.Packages()
	for _, path := range exportdata.Packages() {
		if !slices.Contains(have, path) {
			t.Errorf("no docs of %s", path)
			continue
		}
		start := strings.Fields(docs.Of(path)[""] + " . . .")[:3]
		if !slices.Contains(start, exportdata.Name(path)) { // "Package x", "The x package"
			t.Errorf("%s starts with %q", path, start)
		}
	}
}

func TestVersionIsThatOfTheTypes(t *testing.T) {
	if docs.Version() != exportdata.Version() {
		t.Errorf("docs are %s's, types %s's", docs.Version(), exportdata.Version())
	}
}
