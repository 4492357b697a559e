package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Faults that ZeroMQ sockets are known to have, each tried with a libzmq peer. The
// rest of them are in TestLibzmqClient (no subscriptions, no echo without a
// delimiter, no PONG, one identity on two connections), and in those for the last
// message before Close and for the stopped subscriber.

// echoing listens with a router that echoes until the test ends.
func echoing(t *testing.T, endpoint string, opts ...Option) *Router {
	t.Helper()
	r := listenRouter(t, endpoint, opts...)
	go func() {
		for {
			f, err := r.Recv(t.Context())
			if err != nil {
				return
			}
			// Who doesn't read is let go: that is what some of the tests are about.
			_ = r.Send(f)
		}
	}()
	return r
}

func TestLibzmqFaults(t *testing.T) {
	run := func(t *testing.T, fault string, r *Router) {
		t.Helper()
		if err := python(t, "fault.py", fault, r.Endpoint()).Run(); err != nil {
			t.Error(err)
		}
	}
	t.Run("a client that reads no replies", func(t *testing.T) {
		log := newLogbook()
		r := echoing(t, loopback, HighWaterMark(4<<20), Logf(log.logf))
		run(t, "reads_no_replies", r)
		log.await(t, errTooSlow.Error())
	})
	t.Run("a silent connection", func(t *testing.T) {
		run(t, "silent_connections", echoing(t, loopback, HandshakeTimeout(time.Hour)))
	})
	t.Run("hostile frames", func(t *testing.T) {
		r := echoing(t, loopback)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		run(t, "hostile_frames", r)
		runtime.ReadMemStats(&after)
		if cost := after.TotalAlloc - before.TotalAlloc; cost > 16<<20 {
			t.Errorf("they cost %d bytes of memory", cost)
		}
	})
	t.Run("an answer to who isn't there", func(t *testing.T) {
		r := echoing(t, loopback)
		var unknown *UnknownPeerError
		if err := r.Send(frames("late", "too early")); !errors.As(err, &unknown) {
			t.Errorf("err = %v, want an UnknownPeerError", err)
		}
		run(t, "early_answer", r)
	})
	t.Run("a stale file", func(t *testing.T) {
		endpoint := file(t)
		former := python(t, "fault.py", "leave_file", endpoint)
		in, err := former.StdinPipe()
		check(t, err)
		defer in.Close()
		out, err := former.StdoutPipe()
		check(t, err)
		check(t, former.Start())
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		if _, err := ListenRouter(endpoint); err == nil {
			t.Error("a file that somebody listens on was taken over")
		}
		check(t, former.Process.Kill())
		_ = former.Wait() // it was killed
		run(t, "stale_file", echoing(t, endpoint))
	})
	t.Run("failed handshakes", func(t *testing.T) {
		r := echoing(t, loopback)
		open := func() int {
			entries, err := os.ReadDir("/proc/self/fd")
			if err != nil {
				t.Skip("no /proc to count descriptors in")
			}
			return len(entries)
		}
		before := open()
		run(t, "leaked_descriptors", r)
		// What the last process leaves is closed a moment after its end.
		for deadline := time.Now().Add(patience); open() > before+1; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d descriptors before, %d after", before, open())
			}
		}
	})
	t.Run("200 connections", func(t *testing.T) { run(t, "many_connections", echoing(t, loopback)) })
}

// Many messages go to a subscriber that is slower than the publisher. All
// arrive, and no more than the high-water mark is held meanwhile.
func TestLibzmqSlowSubscriberGetsEverything(t *testing.T) {
	const n, mark = 200_000, 1 << 20
	p := listenPublisher(t, loopback, welcomed, HighWaterMark(mark))
	script := python(t, "fault.py", "slow_subscriber", p.Endpoint())
	out, err := script.StdoutPipe()
	check(t, err)
	check(t, script.Start())
	lines := bufio.NewReader(out)
	if _, err := lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	var most uint64
	for i := range n {
		check(t, p.Send(t.Context(), frames(fmt.Sprint(i), "a line of a cell's output\n")))
		if i%20_000 == 0 {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
	}
	check(t, p.Send(t.Context(), frames("end")))
	rest, err := io.ReadAll(lines)
	check(t, err)
	check(t, script.Wait())
	if got := strings.TrimSpace(string(rest)); got != fmt.Sprint(n) {
		t.Errorf("%s messages arrived, want %d", got, n)
	}
	if most > 64<<20 {
		t.Errorf("%d bytes were held for it", most)
	}
}
