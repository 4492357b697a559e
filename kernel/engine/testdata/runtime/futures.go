package main

import (
	"errors"
	"fmt"
	"time"

	"lockstep/runtime/futures"
	"lockstep/runtime/sim"
	"lockstep/runtime/thread"
)

type Page struct {
	URL  string
	Size int
}

type Site struct {
	pool  *futures.Executor
	pages []*futures.Future[Page]
	total int
}

var errLate = errors.New("late")

func fetch(url string) Page {
	thread.Sleep(time.Duration(10-len(url)) * 5 * time.Millisecond)
	return Page{url, len(url)}
}

func (s *Site) visit(urls ...string) {
	for _, u := range urls {
		f := futures.Call(s.pool, fetch, u)
		s.pages = append(s.pages, f)
	}
}

// body prints the futures as they come where the clock is virtual.
func body(virtual bool) {
	s := &Site{pool: futures.NewThreads(3)}
	s.visit("a", "bbb", "ccccccc")
	for f := range futures.AsCompleted(s.pages) {
		p, err := f.Result()
		if virtual {
			fmt.Println(p.URL, p.Size, err, f.Done())
		}
		s.total += p.Size
	}
	done, pending := futures.Wait(s.pages, futures.AllCompleted)
	fmt.Println(len(done), len(pending), s.total)
	for p, err := range futures.Map(s.pool, fetch, []string{"dddddddd", "eeeeeeeee"}) {
		fmt.Println(p, err)
	}
	bad := futures.SubmitErr(s.pool, func() (*Page, error) { return nil, errLate })
	p, err := bad.Result()
	fmt.Println(p == nil, err == errLate)
	worse := futures.Submit(s.pool, func() error { panic(fmt.Sprint("no ", s.total)) })
	e, err := worse.Result()
	var panicked *futures.PanicError
	fmt.Println(e, err, errors.As(err, &panicked), panicked.Value)
	one := futures.NewThreads(1)
	outer := futures.SubmitErr(one, func() (int, error) {
		return futures.Submit(one, func() int { return 7 }).Result()
	})
	fmt.Println(errors.Is(outer.Err(), futures.ErrDeadlock))
	one.Close()
	s.pool.Shutdown(true, true)
	func() {
		defer func() { fmt.Println(errors.Is(recover().(error), futures.ErrShutdown)) }()
		s.visit("x")
	}()
	fmt.Printf("%T %v\n", s.pages[0], s.pages[0])
}

func main() {
	body(false)
	r := sim.Run(3, func() { body(true) })
	fmt.Println(r.OK(), r.Elapsed)
}
