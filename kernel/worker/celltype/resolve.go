package celltype

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"strconv"
)

var basic = map[string]reflect.Type{}

func init() {
	for _, v := range []any{
		false, 0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), uintptr(0),
		float32(0), float64(0), complex64(0), complex128(0), "",
	} {
		t := reflect.TypeOf(v)
		basic[t.Name()] = t
	}
	basic["byte"] = basic["uint8"]
	basic["rune"] = basic["int32"]
	basic["any"] = reflect.TypeFor[any]()
	basic["error"] = reflect.TypeFor[error]()
}

// Types that stand in for others of the same layout, comparability and
// reachability for the garbage collector.
var (
	standPointer   = reflect.TypeFor[*int]()
	standSlice     = reflect.TypeFor[[]int]()
	standMap       = reflect.TypeFor[map[int]int]()
	standChan      = reflect.TypeFor[chan int]()
	standFunc      = reflect.TypeFor[func()]()
	standAny       = reflect.TypeFor[any]()
	standInterface = reflect.TypeFor[error]()
)

var errLength = errors.New("an array's length must be a constant")

// length evaluates the length of an array.
func length(e ast.Expr) (int, error) {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.INT {
		return strconv.Atoi(lit.Value)
	}
	tv, err := types.Eval(token.NewFileSet(), nil, token.NoPos, types.ExprString(e))
	if err != nil || tv.Value == nil {
		return 0, errLength
	}
	n, exact := constant.Int64Val(constant.ToInt(tv.Value))
	if !exact || n < 0 {
		return 0, errLength
	}
	return int(n), nil
}

// named finds what a name in an expression stands for: a type that is being
// made, or any other.
func (b *builder) named(name string) (*cellType, reflect.Type, error) {
	if c := b.fresh[name]; c != nil {
		return c, nil, nil
	}
	if c := b.registry.types[name]; c != nil {
		return c, nil, nil
	}
	if t := basic[name]; t != nil {
		return nil, t, nil
	}
	return nil, nil, fmt.Errorf("no type %s", name)
}

func (b *builder) qualified(e *ast.SelectorExpr) (reflect.Type, error) {
	pkg, ok := e.X.(*ast.Ident)
	if ok {
		if t, ok := b.registry.lookup(pkg.Name, e.Sel.Name); ok {
			return t, nil
		}
	}
	return nil, fmt.Errorf("no type %s", types.ExprString(e))
}
