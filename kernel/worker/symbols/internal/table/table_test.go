package table_test

import (
	"go/constant"
	"go/token"
	"math"
	"reflect"
	"testing"

	"lockstep/kernel/worker/symbols/internal/table"
)

var count = 3

func TestSymbols(t *testing.T) {
	p := table.Package{
		Values: []table.Symbol{
			{Name: "Round", Value: math.Round},
			{Name: "Typed", Value: uint8(7)},
			{Name: "Int", Value: table.UntypedInt(-5)},
			{Name: "Uint", Value: table.UntypedUint(math.MaxUint64)},
			{Name: "String", Value: table.UntypedString("a\x00b")},
			{Name: "Float", Value: table.UntypedFloat("0.1")},
		},
		Variables: []table.Symbol{{Name: "Count", Value: &count}},
		Types:     []table.Symbol{{Name: "Type", Value: (*int)(nil)}, {Name: "_Error", Value: (*error)(nil)}},
	}
	m := p.Symbols()
	if got := m["Round"].Interface().(func(float64) float64)(2.6); got != 3 {
		t.Errorf("Round(2.6) = %v", got)
	}
	if got := m["Typed"].Interface(); got != uint8(7) {
		t.Errorf("Typed is %T %[1]v", got)
	}
	for name, want := range map[string]constant.Value{
		"Int":    constant.MakeInt64(-5),
		"Uint":   constant.MakeUint64(math.MaxUint64),
		"String": constant.MakeString("a\x00b"),
		// One tenth exactly, not the float64 next to it.
		"Float": constant.BinaryOp(constant.MakeInt64(1), token.QUO, constant.MakeInt64(10)),
	} {
		if got, ok := m[name].Interface().(constant.Value); !ok || !constant.Compare(got, token.EQL, want) {
			t.Errorf("%s is %v, want %v", name, m[name], want)
		}
	}
	m["Count"].SetInt(4)
	if count != 4 {
		t.Errorf("setting Count leaves the variable at %d", count)
	}
	if got := m["Type"].Type(); got != reflect.TypeFor[*int]() {
		t.Errorf("Type is %v", got)
	}
	if len(m) != 9 {
		t.Errorf("%d symbols, want 9", len(m))
	}
}

func TestSymbolsBelongToTheCaller(t *testing.T) {
	p := table.Package{Values: []table.Symbol{{Name: "A", Value: 1}}}
	p.Symbols()["A"] = reflect.ValueOf(2)
	if got := p.Symbols()["A"].Int(); got != 1 {
		t.Errorf("A is %d after a caller changed its own map", got)
	}
}
