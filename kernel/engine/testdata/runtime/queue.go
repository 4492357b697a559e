package main

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"lockstep/runtime/queue"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

type Job struct {
	ID   int
	Name string
	tags map[string]int
}

func (j Job) String() string { return fmt.Sprintf("%s#%d", j.Name, j.ID) }

type Shape interface{ Area() int }

type Square int

func (s Square) Area() int { return int(s * s) }

type Pool struct {
	in   *queue.Queue[Job]
	out  queue.Queue[Shape]
	more map[string]*queue.Queue[[]Job]
}

func (p *Pool) work() {
	for j := range p.in.All() {
		_ = p.out.Put(Square(j.ID))
		p.in.TaskDone()
	}
}

func misuse(what string, f func()) {
	defer func() {
		err, _ := recover().(error)
		fmt.Println(what, err, errors.Is(err, queue.ErrTimeout), errors.Is(err, queue.ErrTaskDone))
	}()
	f()
}

func body() {
	p := &Pool{in: queue.New[Job](2), more: map[string]*queue.Queue[[]Job]{"lifo": queue.NewLIFO[[]Job](0)}}
	var workers []*thread.Thread
	for range 3 {
		workers = append(workers, thread.Go(p.work))
	}
	for i := range 10 {
		_ = p.in.Put(Job{ID: i})
	}
	p.in.Join()
	p.in.Close()
	for _, w := range workers {
		w.Join()
	}
	sum := 0
	for !p.out.Empty() {
		s, _ := p.out.Get()
		sum += s.Area()
	}
	fmt.Println("sum", sum, p.in, p.in.Put(Job{}))

	_ = p.more["lifo"].Put([]Job{{1, "a", nil}})
	_ = p.more["lifo"].Put(nil)
	for range 3 {
		jobs, err := p.more["lifo"].TryGet()
		fmt.Println(jobs, jobs == nil, err)
	}

	urgent := queue.NewPriority(3, func(a, b *Job) int { return cmp.Compare(a.ID, b.ID) })
	for _, id := range []int{5, 1, 3, 2} {
		fmt.Print(urgent.PutTimeout(&Job{ID: id, Name: "j", tags: map[string]int{"x": id}}, time.Millisecond), " ")
	}
	for range urgent.Len() {
		j, _ := urgent.Get()
		fmt.Print(j, j.tags, " ")
	}
	fmt.Println()
	misuse("priority", func() { _, _ = urgent.GetTimeout(-2) })
	misuse("done", func() { queue.New[struct{}](0).TaskDone() })
}

func main() {
	body()
	r := sim.Run(7, body)
	fmt.Println(r.OK(), r.Elapsed)

	mixed := queue.New[any](0)
	for _, v := range []any{nil, 1, "x", Job{2, "b", nil}, Square(3), []int{1}, queue.ErrEmpty} {
		_ = mixed.Put(v)
	}
	for v := range mixed.Len() {
		item, _ := mixed.Get()
		_, isShape := item.(Shape)
		fmt.Printf("%d %T %v %t\n", v, item, item, isShape)
	}
	fmt.Printf("%T %T\n", mixed, queue.New[Job](0))
}
