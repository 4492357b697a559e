package session_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
	"lockstep/kernel/session"
	"lockstep/kernel/wire"
)

// overTCP is a place for a kernel on ports that are free now.
func overTCP(t *testing.T) protocol.ConnectionInfo {
	t.Helper()
	at := kerneltest.Connection(t)
	at.Transport, at.IP = protocol.TCP, "127.0.0.1"
	for _, port := range []*int{&at.ShellPort, &at.IOPubPort, &at.StdinPort, &at.ControlPort, &at.HeartbeatPort} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return at
}

func TestTheKernelServesAmidStrangers(t *testing.T) {
	k := kerneltest.StartSessionAt(t, overTCP(t), kerneltest.Script{}, nil)
	channels := []protocol.Channel{protocol.Shell, protocol.Control, protocol.Stdin, protocol.IOPub, protocol.Heartbeat}
	dial := func(channel protocol.Channel) net.Conn {
		t.Helper()
		conn, err := net.Dial("tcp", strings.TrimPrefix(k.Connection.Endpoint(channel), "tcp://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
	k.Execute("print before").OK()

	greeting := append([]byte{0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0}, "NULL"...)
	greeting = append(greeting, make([]byte, 64-len(greeting))...)
	for _, channel := range channels {
		for range 20 { // a port scanner
			dial(channel).Close()
		}
		for n := range 10 { // half-open peers, which stay
			if _, err := dial(channel).Write(greeting[:n*len(greeting)/9]); err != nil {
				t.Fatal(err)
			}
		}
		for _, text := range []string{"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "SSH-2.0-x\r\n", "\x02\x40\x00\x00\x00\x00\x00\x00\x00"} {
			if _, err := dial(channel).Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	k.Execute("print amid them").Stdout("amid them\n").OK()

	// 200 connections, with messages that are signed with another key, are replayed
	// or are none at all.
	codec := protocol.NewCodec("another key")
	var dealers sync.WaitGroup
	for i := range 200 {
		dealer, err := wire.DialDealer(t.Context(), k.Connection.Endpoint(channels[i%2]), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer dealer.Close()
		dealers.Go(func() {
			m, err := protocol.Sender{Session: "x"}.Message(nil, protocol.ExecuteRequest{Code: "print never"})
			if err != nil {
				t.Error(err)
				return
			}
			frames, err := codec.Encode(m)
			if err != nil {
				t.Error(err)
				return
			}
			for _, bad := range []wire.Frames{frames, frames, frames[1:], {{}}, {[]byte("<IDS|MSG>")}} {
				if err := dealer.Send(t.Context(), bad); err != nil {
					t.Error(err)
				}
			}
		})
	}
	dealers.Wait()
	k.AwaitLog("wrong signature")
	k.Execute("print after").Stdout("after\n").OK()
	for _, m := range k.Entries().Of("execute_input") {
		if strings.Contains(string(m.Content), "never") {
			t.Error("a stranger's cell was run")
		}
	}
}

func TestTheKernelListensWhereItIsToldOnly(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has all of 127.0.0.0/8")
	}
	k := kerneltest.StartSessionAt(t, overTCP(t), kerneltest.Script{}, nil)
	for _, port := range []int{k.Connection.ShellPort, k.Connection.IOPubPort, k.Connection.StdinPort, k.Connection.ControlPort, k.Connection.HeartbeatPort} {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.2:%d", port))
		if err == nil {
			conn.Close()
			t.Errorf("port %d is open on another address", port)
		}
	}
	private := kerneltest.StartSession(t, kerneltest.Script{}, nil)
	for _, channel := range []protocol.Channel{protocol.Shell, protocol.Control, protocol.Stdin, protocol.IOPub, protocol.Heartbeat} {
		path := strings.TrimPrefix(private.Connection.Endpoint(channel), "ipc://")
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has the mode %v", path, mode)
		}
	}
}

// FuzzRequests sends requests of all types with any content. Each must be answered
// or ignored, and the kernel go on.
func FuzzRequests(f *testing.F) {
	types := []string{
		"kernel_info_request", "connect_request", "execute_request", "is_complete_request", "complete_request",
		"inspect_request", "history_request", "comm_info_request", "comm_open", "comm_msg", "comm_close", "interrupt_request",
		"create_subshell_request", "delete_subshell_request", "list_subshell_request", "unknown_request", "input_reply",
	}
	for i := range types {
		f.Add(uint8(i), false, "", "{}")
	}
	f.Add(uint8(2), false, "", `{"code":"print x","silent":false,"user_expressions":{"a":"print y","b":""}}`)
	f.Add(uint8(4), true, "", `{"code":"prin世","cursor_pos":-9999999999}`)
	f.Add(uint8(5), true, "x", `{"code":"print","cursor_pos":5,"detail_level":-1}`)
	f.Add(uint8(6), false, "", `{"hist_access_type":"search","pattern":"*[?","n":-5,"unique":true}`)
	f.Add(uint8(6), false, "", `{"hist_access_type":"range","session":-9223372036854775808,"start":-1,"stop":9223372036854775807}`)
	f.Add(uint8(8), false, "", `{"comm_id":"a","target_name":"b","data":{"c":null}}`)
	f.Add(uint8(13), true, "", `{"subshell_id":"none"}`)

	// No kerneltest: its record of all messages would grow for ever.
	dir, err := os.MkdirTemp("", "kernel-")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { os.RemoveAll(dir) })
	at := protocol.ConnectionInfo{
		Transport: protocol.IPC, IP: dir + "/k", ShellPort: 1, IOPubPort: 2, StdinPort: 3, ControlPort: 4, HeartbeatPort: 5,
		Key: protocol.NewID(), SignatureScheme: protocol.SignatureScheme,
	}
	serving, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- session.New(at, kerneltest.Script{}, session.Options{Logf: func(string, ...any) {}}).Serve(serving)
	}()
	f.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			f.Error(err)
		}
	})
	codec, sender := protocol.NewCodec(at.Key), protocol.Sender{Session: "fuzz"}
	dealers := map[bool]*wire.Dealer{}
	for control, channel := range map[bool]protocol.Channel{false: protocol.Shell, true: protocol.Control} {
		if dealers[control], err = wire.DialDealer(serving, at.Endpoint(channel), []byte("fuzz")); err != nil {
			f.Fatal(err)
		}
	}
	var turn sync.Mutex
	f.Fuzz(func(t *testing.T, kind uint8, control bool, subshell, content string) {
		if !json.Valid([]byte(content)) {
			return // FuzzDecode of package protocol is for that
		}
		turn.Lock()
		defer turn.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		send := func(request protocol.Content, subshell string) string {
			m, err := sender.Message(nil, request)
			if err != nil {
				t.Fatal(err)
			}
			m.Header.SubshellID = subshell
			frames, err := codec.Encode(m)
			if err != nil {
				t.Fatal(err)
			}
			if err := dealers[control].Send(ctx, frames); err != nil {
				t.Fatal(err)
			}
			return m.Header.MsgID
		}
		send(kerneltest.Raw{Type: types[int(kind)%len(types)], JSON: content}, subshell)
		last := send(protocol.KernelInfoRequest{}, "")
		for {
			frames, err := dealers[control].Recv(ctx)
			if err != nil {
				t.Fatalf("after a %s %s: %v", types[int(kind)%len(types)], content, err)
			}
			m, err := codec.Decode(frames)
			if err != nil {
				t.Fatal(err)
			}
			if m.Parent().MsgID == last {
				return
			}
		}
	})
}
