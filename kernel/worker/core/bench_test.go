package core_test

import (
	"testing"
)

// The loops run inside the interpreter, as a cell's do: what is measured is an
// operation with the interpreter's call of it.
func loop(b *testing.B, declarations, prepare, operation string) {
	s := newSession(b)
	f := s.function(declarations+"\nvar times int\nfunc setTimes(n int) { times = n }",
		prepare+"\nfor i := 0; i < times; i++ {\n"+operation+"\n}")
	set, err := s.inter.Eval("setTimes")
	if err != nil {
		b.Fatal(err)
	}
	set.Interface().(func(int))(b.N)
	b.ReportAllocs()
	b.ResetTimer()
	f()
}

func BenchmarkCallOfNothing(b *testing.B) { loop(b, "", ``, `runtime.Gosched()`) }

func BenchmarkBox(b *testing.B) { loop(b, "", `sq := ʹt.Square{side: 2}`, `ʹrt.Box(sq)`) }

func BenchmarkAssert(b *testing.B) {
	loop(b, "", `x := ʹrt.Box(ʹt.Square{side: 2})`, `ʹrt.Assert(x, (*ʹt.Square)(nil), "interface {}")`)
}

func BenchmarkInvoke(b *testing.B) {
	loop(b, "", `x := ʹrt.Box(ʹt.Square{side: 2})`, `ʹrt.Invoke(x, "Area")`)
}

func BenchmarkInterfaceCall(b *testing.B) {
	loop(b, "", `x := ʹrt.Box(ʹt.Square{side: 2}).(ʹt.Shape)`, `x.Area()`)
}

func BenchmarkSendRecv(b *testing.B) {
	for name, value := range map[string]string{"int": "3", "struct{}": "struct{}{}", "ʹt.Square": "ʹt.Square{}"} {
		b.Run(name, func(b *testing.B) {
			loop(b, "", `c := make(chan `+name+`, 1)`, `ʹrt.Send(c, `+value+`); ʹrt.Recv(c)`)
		})
	}
}

func BenchmarkPingPong(b *testing.B) {
	loop(b, `func pong(in, out chan int) { for { var v int; if !ʹrt.RecvTo(in, &v) { return }; ʹrt.Send(out, v) } }`,
		`in := make(chan int); out := make(chan int); ʹrt.Go(func() { pong(in, out) })`, `ʹrt.Send(in, i); ʹrt.Recv(out)`)
}

func BenchmarkSelect(b *testing.B) {
	b.Run("ready", func(b *testing.B) {
		loop(b, "", `c := make(chan int, 1); d := make(chan bool)`, `ʹrt.Send(c, 3); ʹrt.Select(ʹrt.RecvCase(c, nil), ʹrt.RecvCase(d, nil))`)
	})
	b.Run("waiting", func(b *testing.B) {
		loop(b, `func feed(c chan int, n int) { for i := 0; i < n; i++ { ʹrt.Send(c, i) } }`,
			`c := make(chan int); d := make(chan bool); ʹrt.Go(func() { feed(c, times) })`, `ʹrt.Select(ʹrt.RecvCase(c, nil), ʹrt.RecvCase(d, nil))`)
	})
}

func BenchmarkDefer(b *testing.B) {
	b.Run("one", func(b *testing.B) {
		loop(b, `func nothing() {}`, ``, `ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { nothing() }, false) })`)
	})
	b.Run("recovered", func(b *testing.B) {
		loop(b, `func again() { frame := ʹrt.Frame(); ʹrt.Recover(frame) }`, ``,
			`ʹrt.Defer(func(d *ʹrt.Defers) { ʹrt.Push(d, func() { again() }, true); ʹrt.Panic(i) })`)
	})
}
