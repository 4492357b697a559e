package lower_test

// rules are the rules' examples: a cell, and what it is lowered to.
var rules = []struct{ name, cell, want string }{
	{"a method is a function that takes its receiver first", `
type T struct{ N int }
func (t *T) Add(n int) { t.N += n }
func add(t T) { t.Add(1) }`, `
func TʹAddʹ1(tʹ1 *ʹt.Tʹ1, nʹ1 int) {
	tʹ1.N += nʹ1
}
func addʹ1(tʹ2 ʹt.Tʹ1) {
	TʹAddʹ1(&tʹ2, 1)
}
func ʹsetupʹ1() {
	ʹrt.Method("Tʹ1", "Add", (func(ʹr *ʹt.Tʹ1, ʹp0 int) { TʹAddʹ1(ʹr, ʹp0) }), "ʹsetupʹ1")
}
func ʹcellʹ1() {
	ʹsetupʹ1()
}
`},
	{"a thread learns the name of the function that it is given", `
import "lockstep/runtime/thread"
type T struct{}
func (T) Walk() {}
func greet() {}
func run(f func()) { thread.Go(greet); thread.Go(T{}.Walk); thread.Go(f) }`, `
func TʹWalkʹ1(_ ʹt.Tʹ1) {
}
func greetʹ1() {
}
func bindʹ1(ʹr ʹt.Tʹ1) func() {
	return func() { TʹWalkʹ1(ʹr) }
}
func runʹ1(fʹ1 func()) {
	ʹlockstep_runtime_thread.Go(ʹrt.NamedTask((func() { greetʹ1() }), "greet"))
	ʹlockstep_runtime_thread.Go(ʹrt.NamedTask(bindʹ1((*new(ʹt.Tʹ1))), "Walk"))
	ʹlockstep_runtime_thread.Go(fʹ1)
}
func ʹsetupʹ1() {
	ʹrt.Method("Tʹ1", "Walk", (func(ʹr ʹt.Tʹ1) { TʹWalkʹ1(ʹr) }), "ʹsetupʹ1")
}
func ʹcellʹ1() {
	ʹsetupʹ1()
}
`},
	{"where the session can simulate, uses of what goroutines share are told of", `
import "lockstep/runtime/sim"
func run(p *int) { n := 0; own := 1; sim.Run(1, func() { n++; *p = n + own }) }`, `
func readʹ1(ʹp *int, ʹat int64, ʹn string) int {
	if *ʹrt.Sim {
		ʹrt.Read(ʹp, ʹat, ʹn)
	}
	ʹv := *ʹp
	return ʹv
}
func runʹ1(pʹ1 *int) {
	nʹ1 := 0
	ownʹ1 := 1
	ʹlockstep_runtime_sim.Run(uint64(1), (func() {
		tʹ1 := readʹ1(&nʹ1, 0, "n")
		tʹ2 := tʹ1 + 1
		if *ʹrt.Sim {
			ʹrt.Write(&nʹ1, 0, "n")
		}
		nʹ1 = tʹ2
		tʹ3 := readʹ1(&nʹ1, 0, "n") + ownʹ1
		if *ʹrt.Sim {
			ʹrt.Write(pʹ1, 0, "*p")
		}
		*pʹ1 = tʹ3
	}))
}
func runʹ2(pʹ2 *int) {
	if *ʹrt.Sim {
		runʹ1(pʹ2)
		return
	}
	nʹ2 := 0
	ownʹ2 := 1
	ʹlockstep_runtime_sim.Run(uint64(1), (func() {
		if *ʹrt.Sim {
			tʹ4 := readʹ1(&nʹ2, 0, "n")
			tʹ5 := tʹ4 + 1
			if *ʹrt.Sim {
				ʹrt.Write(&nʹ2, 0, "n")
			}
			nʹ2 = tʹ5
			tʹ6 := readʹ1(&nʹ2, 0, "n") + ownʹ2
			if *ʹrt.Sim {
				ʹrt.Write(pʹ2, 0, "*p")
			}
			*pʹ2 = tʹ6
			return
		}
		nʹ2++
		*pʹ2 = nʹ2 + ownʹ2
	}))
}
`},
	{"an assignment that may fail after its first place makes one store after the other", `
func f(s []int, i int) { s[0], s[i] = 1, 2; s[0], s[i] = s[i], s[0] }`, `
func fʹ1(sʹ1 []int, iʹ1 int) {
	tʹ1 := sʹ1
	tʹ2 := sʹ1
	tʹ3 := iʹ1
	tʹ4 := 1
	tʹ5 := 2
	tʹ1[0] = tʹ4
	tʹ2[tʹ3] = tʹ5
	sʹ1[0], sʹ1[iʹ1] = sʹ1[iʹ1], sʹ1[0]
}
`},
	{"a call comes before what its value is assigned to is worked on", `
func f(s []int, i int) { s[i] = g(); s[i] += g() }
func g() int { return 1 }`, `
func fʹ1(sʹ1 []int, iʹ1 int) {
	tʹ1 := gʹ1()
	sʹ1[iʹ1] = tʹ1
	tʹ2 := gʹ1()
	sʹ1[iʹ1] += tʹ2
}
func gʹ1() int {
	return 1
}
`},
	{"what a clause falls through to has a statement, and labels are in blocks", `
func f(n int) {
	switch n {
	case 1: fallthrough
	case 2:
	case 3: L: for { break L }
	}
}`, `
func fʹ1(nʹ1 int) {
	{
		tagʹ1 := nʹ1
		switch {
		case (tagʹ1 == 1):
			{
			}
			fallthrough
		case (tagʹ1 == 2):
			{
			}
		case (tagʹ1 == 3):
			{
			L:
				for {
					break L
				}
			}
		}
	}
}
`},
	{"a struct literal is no variable that there is already", `
type P struct{ n int }
func f() { p := P{1}; p = P{2}; println(p.n) }`, `
func fʹ1() {
	pʹ1 := ʹt.Pʹ1{n: 1}
	tʹ1 := ʹt.Pʹ1{n: 2}
	pʹ1 = tʹ1
	ʹrt.Println(ʹrt.Any(int(pʹ1.n)))
}
`},
	{"a map of channels is gone through by a native function", `
func f(m map[string]chan int) { for _, c := range m { close(c) } }`, `
func fʹ1(mʹ1 map[string]chan int) {
	{
		keysʹ1 := ʹrt.RangeMap(mʹ1, 0, "m")
		for keysʹ1.Next() {
			cʹ1 := keysʹ1.Value().(chan int)
			ʹrt.Close(cʹ1)
		}
	}
}
`},
	{"results are locals", `
func f() (n int) { n = 1; return }`, `
func fʹ1() int {
	var nʹ1 int
	nʹ1 = 1
	return nʹ1
}
`},
	{"a deferred call is pushed", `
func f(n int) { defer println(n) }`, `
func fʹ1(nʹ1 int) {
	ʹrt.Defer((func(defersʹ1 *ʹrt.Defers) {
		{
			tʹ1 := ʹrt.Any(int(nʹ1))
			ʹrt.Push(defersʹ1, (func() { ʹrt.Println(tʹ1) }), true)
		}
	}))
}
`},
	{"a deferred function that recovers has a frame", `
func f() { defer func() { recover() }() }`, `
func fʹ1() {
	ʹrt.Defer((func(defersʹ1 *ʹrt.Defers) {
		{
			ʹrt.Push(defersʹ1, (func() {
				func() {
					frameʹ1 := ʹrt.Frame()
					ʹrt.Recover(frameʹ1)
				}()
			}), true)
		}
	}))
}
`},
	{"a go statement evaluates its arguments first", `
func f(n int) { go f(n + 1) }`, `
func fʹ1(nʹ1 int) {
	{
		tʹ1 := nʹ1 + 1
		ʹrt.Go((func() { fʹ1(tʹ1) }))
	}
}
`},
	{"channels are native", `
func f(c chan int) int { c <- 1; close(c); return <-c }`, `
func fʹ1(cʹ1 chan int) int {
	ʹrt.Send(cʹ1, 1)
	ʹrt.Close(cʹ1)
	return ʹrt.Recv(cʹ1).(int)
}
`},
	{"ranging over a channel receives until it is closed", `
func f(c chan int) { for v := range c { println(v) } }`, `
func fʹ1(cʹ1 chan int) {
	{
		cʹ2 := cʹ1
		var vʹ1 int
		pʹ1 := &vʹ1
		for {
			if !ʹrt.RecvTo(cʹ2, pʹ1) {
				break
			}
			ʹrt.Println(ʹrt.Any(int(vʹ1)))
		}
	}
}
`},
	{"ranging over a channel has a variable a round where it is kept", `
func f(c chan int) { for v := range c { go func() { println(v) }() } }`, `
func fʹ1(cʹ1 chan int) {
	{
		cʹ2 := cʹ1
		for {
			var tʹ1 int
			if !ʹrt.RecvTo(cʹ2, &tʹ1) {
				break
			}
			vʹ1 := tʹ1
			{
				ʹrt.Go(func() func() {
					return func() {
						func() {
							ʹrt.Println(ʹrt.Any(int(vʹ1)))
						}()
					}
				}())
			}
		}
	}
}
`},
	{"select calls a function and switches", `
func f(c chan int) {
	select {
	case v := <-c: println(v)
	case c <- 1:
	default:
	}
}`, `
func fʹ1(cʹ1 chan int) {
	{
		var vʹ1 int
		iʹ1, okʹ1 := ʹrt.Select(ʹrt.RecvCase(cʹ1, &vʹ1), ʹrt.SendCase(cʹ1, 1), ʹrt.DefaultCase())
		switch {
		case iʹ1 == 0:
			vʹ2 := vʹ1
			ʹrt.Println(ʹrt.Any(int(vʹ2)))
		case iʹ1 == 1:
		case iʹ1 == 2:
		}
	}
}
`},
	{"a condition that converts or asserts is compared", `
func f(x any, c chan bool) {
	if x.(bool) { println(1) }
	for <-c { println(2) }
	switch { case bool(x.(bool)): println(3) }
	if !x.(bool) || <-c { println(4) }
}`, `
func fʹ1(xʹ1 ʹrt.Any, cʹ1 chan bool) {
	if ʹrt.Assert(xʹ1, new(bool), "interface {}").(bool) == true {
		ʹrt.Println(ʹrt.Any(int(1)))
	}
	for ʹrt.Recv(cʹ1).(bool) == true {
		ʹrt.Println(ʹrt.Any(int(2)))
	}
	switch {
	case bool(ʹrt.Assert(xʹ1, new(bool), "interface {}").(bool)) == true:
		ʹrt.Println(ʹrt.Any(int(3)))
	}
	if (!ʹrt.Assert(xʹ1, new(bool), "interface {}").(bool)) || ʹrt.Recv(cʹ1).(bool) {
		ʹrt.Println(ʹrt.Any(int(4)))
	}
}
`},
	{"ranging over an integer counts", `
func f() { for i := range 3 { println(i) } }`, `
func fʹ1() {
	for iʹ1, nʹ1 := int(0), 3; iʹ1 < nʹ1; iʹ1++ {
		ʹrt.Println(ʹrt.Any(int(iʹ1)))
	}
}
`},
	{"ranging over a function passes the body", `
func f(seq func(func(int) bool)) int {
	for v := range seq { if v > 1 { return v } }
	return 0
}`, `
func fʹ1(seqʹ1 func(func(int) bool)) int {
	var resultʹ1 int
	{
		codeʹ1, doneʹ1 := 0, false
		seqʹ1(func(tʹ1 int) bool {
			if doneʹ1 {
				ʹrt.IteratorMisuse()
			}
			vʹ1 := tʹ1
			if vʹ1 > 1 {
				{
					resultʹ1 = vʹ1
					codeʹ1 = 1
					doneʹ1 = true
					return false
				}
			}
			return true
		})
		doneʹ1 = true
		if codeʹ1 == 1 {
			return resultʹ1
		}
	}
	{
		resultʹ1 = 0
		return resultʹ1
	}
}
`},
	{"ranging over a string decodes it", `
func f(s string) { for i, r := range s { println(i, r) } }`, `
func fʹ1(sʹ1 string) {
	for sʹ2, iʹ1 := string(sʹ1), 0; iʹ1 < len(sʹ2); {
		rʹ1, nʹ1 := ʹunicode_utf8.DecodeRuneInString(sʹ2[iʹ1:])
		iʹ1 += nʹ1
		iʹ2 := iʹ1 - nʹ1
		rʹ2 := rʹ1
		ʹrt.Println(ʹrt.Any(int(iʹ2)), ʹrt.Any(rune(rʹ2)))
	}
}
`},
	{"iterations have variables of their own where somebody could tell", `
func f(fs []func()) { for i := 0; i < 3; i++ { fs[i] = func() { println(i) } } }`, `
func fʹ1(fsʹ1 []func()) {
	for iʹ1 := 0; iʹ1 < 3; iʹ1++ {
		iʹ2 := iʹ1
		fsʹ1[iʹ2] = func() func() {
			return func() {
				ʹrt.Println(ʹrt.Any(int(iʹ2)))
			}
		}()
		iʹ1 = iʹ2
	}
}
`},
	{"a header without a condition stands before its loop", `
func f(g func() int) { for x := g(); ; x++ { if x > 2 { break } } }`, `
func fʹ1(gʹ1 func() int) {
	{
		xʹ1 := gʹ1()
		for ; ; xʹ1++ {
			if xʹ1 > 2 {
				break
			}
		}
	}
}
`},
	{"a generic function is made concrete for each use", `
func id[T any](v T) T { return v }
func f() { println(id(1), id("a")) }`, `
func fʹ1() {
	ʹrt.Println(ʹrt.Any(int(idʹ1(1))), ʹrt.Any(string(idʹ2("a"))))
}
func idʹ1(vʹ1 int) int {
	return vʹ1
}
func idʹ2(vʹ2 string) string {
	return vʹ2
}
`},
	{"an interface value holds the true variant", `
type T int
func f(v T) any { return v }`, `
func fʹ1(vʹ1 ʹt.Tʹ1) ʹrt.Any {
	return ʹrt.Box(vʹ1)
}
`},
	{"a type assertion is native", `
type T int
func f(v any) (T, bool) { t, ok := v.(T); return t, ok }`, `
func fʹ1(vʹ1 ʹrt.Any) (ʹt.Tʹ1, bool) {
	var tʹ1 ʹt.Tʹ1
	tʹ2 := ʹrt.TryTo(vʹ1, &tʹ1)
	tʹ3 := tʹ1
	okʹ1 := tʹ2
	return tʹ3, okʹ1
}
`},
	{"a type switch asks case by case", `
func f(v any) int {
	switch v := v.(type) {
	case nil: return 0
	case int: return v
	}
	return 1
}`, `
func fʹ1(vʹ1 ʹrt.Any) int {
	{
		var xʹ1 ʹrt.Any = vʹ1
		switch {
		case xʹ1 == nil:
			var vʹ2 ʹrt.Any = xʹ1
			return 0
		case ʹrt.Is(xʹ1, new(int)):
			vʹ3 := ʹrt.Open(xʹ1).(int)
			return vʹ3
		}
	}
	return 1
}
`},
	{"min and max are functions", `
func f(a, b int) int { return min(a, b) }`, `
func minʹ1(ʹa, ʹb int) int {
	if ʹa != ʹa || ʹa < ʹb {
		return ʹa
	}
	return ʹb
}
func fʹ1(aʹ1 int, bʹ1 int) int {
	return minʹ1(aʹ1, bʹ1)
}
`},
	{"a session variable is a pointer", `
x := 1
x++
p := &x`, `
func ʹcellʹ1() {
	*ʹv.xʹ1 = 1
	ʹrt.Declared(1)
	*ʹv.xʹ1++
	*ʹv.pʹ1 = ʹv.xʹ1
	ʹrt.Declared(2)
}
`},
	{"the value of a cell is shown", `
x := 1
x`, `
func ʹcellʹ1() {
	*ʹv.xʹ1 = 1
	ʹrt.Declared(1)
	ʹrt.Show(ʹrt.Any(*ʹv.xʹ1))
}
`},
	{"a method value keeps its receiver", `
type T int
func (t T) M() {}
func f(t T) func() { return t.M }`, `
func TʹMʹ1(tʹ1 ʹt.Tʹ1) {
}
func bindʹ1(ʹr ʹt.Tʹ1) func() {
	return func() { TʹMʹ1(ʹr) }
}
func fʹ1(tʹ2 ʹt.Tʹ1) func() {
	return bindʹ1(tʹ2)
}
func ʹsetupʹ1() {
	ʹrt.Method("Tʹ1", "M", (func(ʹr ʹt.Tʹ1) { TʹMʹ1(ʹr) }), "ʹsetupʹ1")
}
func ʹcellʹ1() {
	ʹsetupʹ1()
}
`},
	{"a nil interface comes from a function", `
func f() interface{ M() } { return nil }`, `
func zeroʹ1() ʹt.interfaceʹ1 {
	var ʹv ʹt.interfaceʹ1
	return ʹv
}
func fʹ1() ʹt.interfaceʹ1 {
	return zeroʹ1()
}
`},
	{"a shift's count is unsigned", `
func f(n int) int { return 1<<n + 2<<3 }`, `
func fʹ1(nʹ1 int) int {
	return 1<<ʹrt.Shift(int64(nʹ1)) + 16
}
`},
	{"a conversion to a type in parentheses is a function", `
type P *int
func f(p P) bool { return (*int)(p) == nil && p == nil }`, `
func toʹ1(ʹv ʹt.Pʹ1) *int {
	return (*int)(ʹv)
}
func fʹ1(pʹ1 ʹt.Pʹ1) bool {
	return toʹ1(pʹ1) == nil && pʹ1 == nil
}
`},
	{"constants are folded", `
const big = 1 << 40
func f() (int64, float32, string, complex64) { return big / 2, big, "a" + "b", 2i }`, `
func fʹ1() (int64, float32, string, complex64) {
	return int64(549755813888), float32(1.099511627776e+12), "ab", ʹrt.Complex64(float32(0.0), float32(2.0))
}
`},
	{"variables of packages are pointers if their types are basic", `
import "runtime"
func f() int { return runtime.MemProfileRate }`, `
func fʹ1() int {
	return *ʹruntime.ʹMemProfileRate
}
`},
	{"a labelled loop is left by its label", `
func f() {
outer:
	for {
		for { break outer }
	}
}`, `
func fʹ1() {
outer:
	for {
		for {
			break outer
		}
	}
}
`},
	{"a function value gets nil where it gets nothing for its variadic parameter", `
func f(g func(...int), h interface{ M(...string) }) { g(); g(1); h.M() }`, `
func fʹ1(gʹ1 func(...int), hʹ1 ʹt.interfaceʹ1) {
	gʹ1([]int(nil)...)
	gʹ1(1)
	hʹ1.M([]string(nil)...)
}
`},
	{"nil is assigned by itself", `
func f(n int, e error) { n, e = n+1, nil }`, `
func fʹ1(nʹ1 int, eʹ1 ʹrt.Error) {
	tʹ1 := nʹ1 + 1
	nʹ1 = tʹ1
	eʹ1 = nil
}
`},
	{"results are assigned before deferred calls as anything else is", `
func f(xs []int) (n int, v any) { defer g(); return len(xs), 2 }
func g() {}`, `
func fʹ1(xsʹ1 []int) (int, ʹrt.Any) {
	var nʹ1 int
	var vʹ1 ʹrt.Any
	ʹrt.Defer((func(defersʹ1 *ʹrt.Defers) {
		{
			ʹrt.Push(defersʹ1, (func() { gʹ1() }), false)
		}
		{
			tʹ1 := len(xsʹ1)
			tʹ2 := ʹrt.Any(2)
			nʹ1, vʹ1 = tʹ1, tʹ2
			return
		}
	}))
	return nʹ1, vʹ1
}
func gʹ1() {
}
`},
}
