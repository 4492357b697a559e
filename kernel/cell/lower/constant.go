package lower

import (
	"go/constant"
	"go/types"
	"math"
	"strconv"
	"strings"
)

// constant is a constant of a type, as an expression of just that type.
func (f *fn) constant(v constant.Value, t types.Type) string {
	basic, ok := t.Underlying().(*types.Basic)
	if !ok {
		return "nil"
	}
	basic = types.Default(basic).(*types.Basic)
	text := basicConstant(v, basic)
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return f.typeText(named) + "(" + text + ")"
	}
	return text
}

func basicConstant(v constant.Value, b *types.Basic) string {
	info := b.Info()
	switch {
	case info&types.IsBoolean != 0:
		return v.String()
	case info&types.IsString != 0:
		return strconv.Quote(constant.StringVal(v))
	case info&types.IsInteger != 0:
		text := constant.ToInt(v).ExactString()
		if b.Kind() == types.Int && !strings.HasPrefix(text, "-") {
			return text
		}
		return b.Name() + "(" + text + ")"
	case info&types.IsFloat != 0:
		f, _ := constant.Float64Val(constant.ToFloat(v))
		return b.Name() + "(" + floatText(f) + ")"
	case info&types.IsComplex != 0:
		v = constant.ToComplex(v)
		re, _ := constant.Float64Val(constant.Real(v))
		im, _ := constant.Float64Val(constant.Imag(v))
		part := types.Typ[types.Float64]
		if b.Kind() == types.Complex64 {
			part = types.Typ[types.Float32]
		}
		return complexOf(part, part.Name()+"("+floatText(re)+")", part.Name()+"("+floatText(im)+")")
	}
	return "nil"
}

func floatText(f float64) string {
	if math.IsInf(f, 0) {
		f = math.Copysign(math.MaxFloat64, f)
	}
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}
