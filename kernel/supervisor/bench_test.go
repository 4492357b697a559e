package supervisor_test

import (
	"context"
	"testing"
)

func BenchmarkTrivialCell(b *testing.B) {
	s := newSupervisor(b)
	if err := s.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		n++
		run(b, s, cell(n, "", "", ""))
	}
}

func BenchmarkTenThousandLines(b *testing.B) {
	s := newSupervisor(b)
	n := 0
	for b.Loop() {
		n++
		run(b, s, cell(n, "fmt", "", `for i := 0; i < 10000; i++ { fmt.Println("line", i) }`))
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s := newSupervisor(b)
		if err := s.Start(context.Background()); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
