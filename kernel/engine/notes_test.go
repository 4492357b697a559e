package engine_test

import (
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
)

// A cell that declares a name anew is told what still means the earlier one.
func TestNotesNameWhatIsOutdated(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import \"fmt\"\nfunc area(r int) int { return 3 * r * r }\ntype T struct{ A int }\nlimit := 10").OK()
	k.Execute("func vol(r, h int) int { return area(r) * h }\nfunc mk() T { return T{1} }\nfunc top() int { return limit }").OK()
	k.Execute("v := T{2}\nvs := map[string][]*T{}\ntype U struct{ in T }\nfunc (U) Area() int { return area(1) }").OK()

	k.Execute("func area(r int) int { return 4 * r * r }").
		Stderr("note: U still uses the earlier area; run In[3] again to use the new one\n" +
			"note: vol still uses the earlier area; run In[2] again to use the new one\n").OK()
	k.Execute("fmt.Sprint(vol(1, 1), area(1))").Value(`"3 4"`).OK()
	k.Execute("func vol(r, h int) int { return area(r) * h }").Stderr("").OK()
	k.Execute("vol(1, 1)").Value("4").OK()

	k.Execute("type T struct{ A, B int }").
		Stderr("note: U still uses the earlier T; run In[3] again to use the new one\n" +
			"note: mk still uses the earlier T; run In[2] again to use the new one\n" +
			"note: v still has the earlier T; run In[3] again to use the new one\n" +
			"note: vs still has the earlier T; run In[3] again to use the new one\n").OK()
	k.Execute("fmt.Sprint(v, mk(), T{1, 2})").Value(`"{2} {1} {1 2}"`).OK()
	k.Execute("v = T{1, 2}").Fails(execution.CompileError,
		"cannot use T{…} (value of struct type T) as T value in assignment (v still has the T of In[1], which In[8] has replaced)")
	k.Execute("func (t T) Both() int { return t.A + t.B }\nv.Both()").Fails(execution.CompileError,
		"v.Both undefined (type T has no field or method Both) (v still has the T of In[1], which In[8] has replaced)")

	// A variable with another type is another variable.
	k.Execute(`limit := "none"`).Stderr("note: top still uses the earlier limit; run In[2] again to use the new one\n").OK()
	k.Execute("fmt.Sprint(top(), limit)").Value(`"10none"`).OK()
	// One with the same type is the same.
	k.Execute(`limit := "some"`).Stderr("").OK()

	// Running a cell again that declared both would bring the earlier one back.
	k.Execute("func one() int { return 1 }\nfunc two() int { return 2 * one() }").OK()
	k.Execute("func one() int { return -1 }").Stderr("note: two still uses the earlier one; declare two again to use the new one\n").OK()
}

// Statements run as they stand, also those that declare variables.
func TestACallBeforeAVariableIsSetIsNoted(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("a := double()\nfunc double() int { return 2 * get() }\nfunc get() int { return b }\nb := 5\na").
		Stderr("note: line 1 calls double, which uses b before line 4 sets it\n").Value("0").OK()
	k.Execute("b := 6\nc := double()\nc").Stderr("").Value("12").OK()
	k.Execute("later := func() int { return use() }\nfunc use() int { return d }\nd := 7\nlater()").Stderr("").Value("7").OK()
	k.Execute("e := 1\nfunc useE() int { return e }\nuseE()").Stderr("").Value("1").OK()
}

func TestAMethodMayBeAddedLater(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import \"fmt\"\ntype Stack[T any] struct{ items []T }\nfunc (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }\nvar s Stack[int]\ns.Push(1)").OK()
	k.Execute("func (s Stack[T]) Len() int { return len(s.items) }").
		Stderr("note: s still has the earlier Stack; declare s again to use the new one\n").OK()
	k.Execute("s.Len()").Fails(execution.CompileError, "s.Len undefined")
	k.Execute("var q Stack[string]\nq.Push(\"a\")\nq.Len()").Value("1").OK()
	k.Execute("func (s Stack[T]) String() string { return fmt.Sprint(\"stack of \", len(s.items)) }\nStack[int]{}").Value("stack of 0").OK()
	k.Execute("func (s Stack[T]) String() string { return \"changed\" }\nStack[int]{}").Value("changed").OK()
}
