package wire

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A process that is out of descriptors listens on, without spinning, and serves who waits when there are some again.
func TestAcceptOutOfDescriptors(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), childVariable+"=1")
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	check(t, err)
	out, err := child.StdoutPipe()
	check(t, err)
	check(t, child.Start())
	defer child.Wait()
	defer in.Close()

	lines := bufio.NewScanner(out)
	next := func() string {
		t.Helper()
		if !lines.Scan() {
			t.Fatal("the child ended")
		}
		return lines.Text()
	}
	endpoint := next()
	if endpoint == "skip" {
		t.Skip("descriptors can't be limited here")
	}
	conn := rawDial(t, endpoint)
	for _, pause := range []time.Duration{5, 10, 20, 40, 80} {
		if line, end := next(), fmt.Sprintf("next try in %v", pause*time.Millisecond); !strings.HasSuffix(line, end) {
			t.Fatalf("got %q, want it to end with %q", line, end)
		}
	}
	if _, err := io.WriteString(in, "\n"); err != nil {
		t.Fatal(err)
	}
	write(t, conn, greeting(), ready("REQ", ""), frame(0, []byte("at last")))
	readFull(t, conn, make([]byte, 64+len(ready("REP", ""))))
	wantFrames(t, conn, "at last")
}

const childVariable = "WIRE_TEST_OUT_OF_DESCRIPTORS"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		if err := outOfDescriptors(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// outOfDescriptors listens, opens files until no more can be opened, and closes them at a word from its parent.
func outOfDescriptors() error {
	if !limitDescriptors(64) {
		fmt.Println("skip")
		return nil
	}
	h, err := ListenHeartbeat(loopback, Logf(func(format string, args ...any) { fmt.Printf(format+"\n", args...) }))
	if err != nil {
		return err
	}
	defer h.Close()
	var hoard []*os.File
	for {
		f, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		hoard = append(hoard, f)
	}
	fmt.Println(h.Endpoint())
	os.Stdin.Read(make([]byte, 1))
	for _, f := range hoard {
		f.Close()
	}
	_, err = io.Copy(io.Discard, os.Stdin) // until the parent is content
	return err
}

func TestCloseLosesNothing(t *testing.T) {
	for range 60 {
		p := listenPublisher(t, loopback, welcomed)
		s := dialSubscriber(t, p.Endpoint(), "")
		want(t, recv(t, s), "", "welcome")
		check(t, p.Send(within(t), frames("idle")))
		check(t, p.Close(linger(t)))
		want(t, recv(t, s), "idle")
	}
}
