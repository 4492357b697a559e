package worker

import (
	"path"
	"reflect"

	"github.com/traefik/yaegi/interp"

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
		"Sleep":     reflect.ValueOf(support.Sleep),
		"Now":       reflect.ValueOf(support.Now),
		"Since":     reflect.ValueOf(support.Since),
		"Until":     reflect.ValueOf(support.Until),
		"AfterFunc": reflect.ValueOf(support.AfterFunc),
	},
}

// override replaces symbols in the freshly built exports of a package.
func override(importPath string, exports interp.Exports) {
	changed := overrides[importPath]
	if changed == nil {
		return
	}
	table := exports[path.Join(importPath, path.Base(importPath))]
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
