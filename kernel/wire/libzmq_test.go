package wire

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"lockstep/kernel/jupytertest"
)

// The other side of these tests is libzmq, as clients of Jupyter have it.

func python(t testing.TB, script string, args ...string) *exec.Cmd {
	t.Helper()
	interpreter := jupytertest.Python(t)
	cmd := exec.CommandContext(within(t), interpreter, append([]string{"testdata/" + script}, args...)...)
	cmd.Stderr = os.Stderr
	return cmd
}

// echo answers every message of the router, or publishes it, until the router is closed.
func echoOrPublish(r *Router, p *Publisher) error {
	for {
		f, err := r.Recv(context.Background())
		if err != nil {
			return nil
		}
		if len(f) > 2 && string(f[1]) == "publish" {
			err = p.Send(context.Background(), f[2:])
		} else {
			err = r.Send(f)
		}
		if err != nil {
			return err
		}
	}
}

func TestLibzmqClient(t *testing.T) {
	for _, transport := range []string{"tcp", "ipc"} {
		t.Run(transport, func(t *testing.T) {
			endpoints := []string{loopback, loopback, loopback}
			if transport == "ipc" {
				for i := range endpoints {
					endpoints[i] = file(t)
				}
			}
			r := listenRouter(t, endpoints[0])
			p := listenPublisher(t, endpoints[1], welcomed)
			h := listenHeartbeat(t, endpoints[2])

			served := make(chan error)
			go func() { served <- echoOrPublish(r, p) }()
			check(t, python(t, "client.py", r.Endpoint(), p.Endpoint(), h.Endpoint()).Run())
			check(t, r.Close(linger(t)))
			check(t, <-served)
		})
	}
}

func TestLibzmqServer(t *testing.T) {
	server := python(t, "server.py")
	in, err := server.StdinPipe()
	check(t, err)
	out, err := server.StdoutPipe()
	check(t, err)
	check(t, server.Start())
	defer server.Wait()
	defer in.Close()
	lines := bufio.NewScanner(out)
	var endpoints []string
	for len(endpoints) < 3 && lines.Scan() {
		endpoints = append(endpoints, lines.Text())
	}
	if len(endpoints) < 3 {
		t.Fatal("the server ended")
	}

	started := time.Now()
	d := dialDealer(t, endpoints[0], "go")
	for i := range 1000 {
		check(t, d.Send(within(t), frames(fmt.Sprint(i), "", strings.Repeat("x", i))))
	}
	for i := range 1000 {
		want(t, recv(t, d), fmt.Sprint(i), "", strings.Repeat("x", i))
	}

	s := dialSubscriber(t, endpoints[1], "a", "b")
	want(t, recv(t, s), "welcome")
	// The welcome answers the connection; the topics take effect soon after.
	ctx, cancel := context.WithCancel(context.Background())
	published := make(chan error)
	go func() {
		for ctx.Err() == nil {
			if err := d.Send(ctx, frames("publish", "c", "unwanted")); err != nil && ctx.Err() == nil {
				published <- err
				return
			}
			if err := d.Send(ctx, frames("publish", "b.stream", "wanted")); err != nil && ctx.Err() == nil {
				published <- err
				return
			}
		}
		published <- nil
	}()
	want(t, recv(t, s), "b.stream", "wanted")
	cancel()
	check(t, <-published)

	req, err := DialRequester(within(t), endpoints[2])
	check(t, err)
	defer req.Close()
	for range 3 {
		reply, err := req.Request(within(t), frames("ping", "2nd"))
		check(t, err)
		want(t, reply, "ping", "2nd")
	}

	// Nothing comes while the server's PINGs are answered; an unanswered one would end the connection.
	quiet, cancel := context.WithDeadline(context.Background(), started.Add(1500*time.Millisecond))
	defer cancel()
	if f, err := d.Recv(quiet); err != context.DeadlineExceeded {
		t.Fatalf("got %s, %v", show(f), err)
	}
	check(t, d.Send(within(t), frames("alive")))
	want(t, recv(t, d), "alive")
}

func TestLibzmqSubscriberGetsTheLastMessageBeforeClose(t *testing.T) {
	script := python(t, "linger.py")
	in, err := script.StdinPipe()
	check(t, err)
	out, err := script.StdoutPipe()
	check(t, err)
	check(t, script.Start())
	lines := bufio.NewScanner(out)
	next := func() string {
		t.Helper()
		if !lines.Scan() {
			t.Fatal("the script ended")
		}
		return lines.Text()
	}
	const n = 1000
	for range 60 {
		p := listenPublisher(t, loopback, welcomed)
		_, err := io.WriteString(in, p.Endpoint()+"\n")
		check(t, err)
		next()
		for i := range n {
			check(t, p.Send(within(t), frames(fmt.Sprint(i), "body")))
		}
		check(t, p.Send(within(t), frames("idle")))
		check(t, p.Close(linger(t)))
		if got := next(); got != fmt.Sprint(n) {
			t.Fatalf("%s of %d messages arrived before the last", got, n)
		}
	}
	check(t, in.Close())
	check(t, script.Wait())
}

func TestLibzmqStoppedSubscriberHarmsNobody(t *testing.T) {
	const n = 60000
	log := newLogbook()
	p := listenPublisher(t, loopback, welcomed, HighWaterMark(1<<20), StallLimit(time.Second), Logf(log.logf))
	script := python(t, "stopped.py", p.Endpoint(), fmt.Sprint(n))
	out, err := script.StdoutPipe()
	check(t, err)
	check(t, script.Start())
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the script ended")
	}
	body := strings.Repeat("x", 500)
	for i := range n {
		check(t, p.Send(within(t), frames(fmt.Sprint(i), body)))
	}
	check(t, script.Wait())
	if got := log.count("ended"); got != 1 {
		t.Errorf("%d peers were let go, want 1: %q", got, log.lines)
	}
}
