package worker

import (
	"maps"
	"path"
	"reflect"
	"runtime"

	"github.com/traefik/yaegi/interp"

	"lockstep/kernel/worker/core"
	"lockstep/runtime/support"
)

// overrides are the symbols of the standard library that know about cells.
var overrides = map[string]map[string]reflect.Value{
	"fmt": {
		"Print":   reflect.ValueOf(support.Print),
		"Println": reflect.ValueOf(support.Println),
		"Printf":  reflect.ValueOf(support.Printf),
		"Scan":    reflect.ValueOf(support.Scan),
		"Scanln":  reflect.ValueOf(support.Scanln),
		"Scanf":   reflect.ValueOf(support.Scanf),
	},
	"log": {
		"Fatal":   reflect.ValueOf(support.Fatal),
		"Fatalf":  reflect.ValueOf(support.Fatalf),
		"Fatalln": reflect.ValueOf(support.Fatalln),
	},
	"os": {
		"Exit": reflect.ValueOf(support.Exit),
	},
	"time": {
		"Sleep": reflect.ValueOf(core.Sleep),
		"Now":   reflect.ValueOf(support.Now),
		"Since": reflect.ValueOf(support.Since),
		"Until": reflect.ValueOf(support.Until),
	},
	"runtime": {
		"SetFinalizer": reflect.ValueOf(func(object, finalizer any) { core.ForEver(); runtime.SetFinalizer(object, finalizer) }),
	},
}

// variables adds to a package's symbols, for each variable of a basic type, a
// pointer to it: under its name with a ʹ before. Lowered code goes by the pointer,
// since the interpreter takes the variable's own symbol for a constant.
func variables(exports interp.Exports) {
	for key, table := range exports {
		if key == "." {
			continue
		}
		pointers := map[string]reflect.Value{}
		for name, symbol := range table {
			if kind := symbol.Kind(); symbol.CanSet() && (kind >= reflect.Bool && kind <= reflect.Complex128 || kind == reflect.String) {
				// A pointer that could be set is a variable to the interpreter.
				pointer := reflect.New(symbol.Addr().Type()).Elem()
				pointer.Set(symbol.Addr())
				pointers["ʹ"+name] = pointer
			}
		}
		maps.Copy(table, pointers)
	}
}

// override replaces symbols in the freshly built exports of a package.
func override(importPath string, exports interp.Exports) {
	changed := overrides[importPath]
	if importPath == "os" {
		changed = maps.Clone(changed)
		maps.Copy(changed, confined())
	}
	if changed == nil {
		return
	}
	var table map[string]reflect.Value
	for key, symbols := range exports { // the package's name need not be its path's last part
		if path.Dir(key) == importPath {
			table = symbols
		}
	}
	var preferred map[reflect.Value][]reflect.Type
	if types := exports["."]["MapTypes"]; types.IsValid() {
		preferred, _ = types.Interface().(map[reflect.Value][]reflect.Type)
	}
	for name, symbol := range changed {
		// How arguments with methods of cell types are wrapped is noted for the
		// function that the argument goes to.
		if wrappers, ok := preferred[table[name]]; ok {
			preferred[symbol] = wrappers
		}
		table[name] = symbol
	}
}
