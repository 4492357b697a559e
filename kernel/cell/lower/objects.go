package lower

import (
	"go/types"
	"strconv"
)

// objects are the types of compiled code with a state that calls change, and the
// methods that only look at it: an object is used as a variable is.
var objects = map[string]string{
	"strings.Builder":        "String Len Cap",
	"bytes.Buffer":           "String Len Cap Bytes Available",
	"container/list.List":    "Len Front Back",
	"container/list.Element": "Next Prev",
	"container/ring.Ring":    "Len Next Prev Do",
	"math/rand.Rand":         "",
	"math/rand/v2.Rand":      "",
}

// stateful are the packages of which other types may have such a state. What their
// methods change is set back after a schedule; races on it are not told.
var stateful = map[string]bool{
	"bufio": true, "math/big": true, "strings": true, "bytes": true, "encoding/json": true, "encoding/csv": true, "encoding/gob": true,
	"text/tabwriter": true, "math/rand": true, "math/rand/v2": true,
}

// objectTold is the receiver of a compiled method, told to a simulation; ok is false
// where there is nothing to tell.
func (f *fn) objectTold(text string, t types.Type, m *types.Func) (told string, ok bool) {
	if _, pointer := types.Unalias(t).(*types.Pointer); !f.watch || !pointer {
		return "", false
	}
	does := ObjectOf(t, m)
	if does == NoObject {
		return "", false
	}
	name := f.object
	if name == "" {
		name = `""`
	}
	kind := strconv.Itoa(int(does - KeepsObject)) // as in core.Object
	return f.helper("object", f.typeText(t)+" "+kind, func(helper, _ string) string {
		typ := f.typeText(t)
		return "func " + helper + "(ʹp " + typ + ", ʹat int64, ʹn string) " + typ + " {\n" + simulated("Object(ʹp, "+kind+", ʹat, ʹn)") + "\nreturn ʹp\n}\n"
	}) + "(" + text + ", " + f.markText(f.pos()) + ", " + name + ")", true
}
