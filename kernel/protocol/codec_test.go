package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

const testKey = "a0436f6c-1916-498b-8eb9-e81ab9368e84"

func frames(parts ...string) [][]byte {
	var all [][]byte
	for _, part := range parts {
		all = append(all, []byte(part))
	}
	return all
}

// sealed signs four dictionaries with the test key.
func sealed(header, parent, metadata, content string) [][]byte {
	dicts := frames(header, parent, metadata, content)
	signature := NewCodec(testKey).sign(dicts)
	return append(frames("peer", "<IDS|MSG>", fmt.Sprintf("%x", signature)), dicts...)
}

const aHeader = `{"msg_id":"1","msg_type":"execute_request","session":"s"}`

func TestMessageSurvivesTheWire(t *testing.T) {
	sent, err := Sender{Session: "s", Username: "u"}.Message(nil, ExecuteRequest{Code: "<&> 你好", AllowStdin: true})
	if err != nil {
		t.Fatal(err)
	}
	sent.Identities = frames("peer", "second")
	sent.Metadata = map[string]any{"cellId": "c"}
	sent.Buffers = [][]byte{{0, 1, 2}, {}}
	encoded, err := NewCodec(testKey).Encode(sent)
	if err != nil {
		t.Fatal(err)
	}
	got, err := NewCodec(testKey).Decode(encoded)
	if err != nil {
		t.Fatal(err)
	}
	if got.Header != sent.Header {
		t.Errorf("header = %+v, want %+v", got.Header, sent.Header)
	}
	var request ExecuteRequest
	if err := got.Into(&request); err != nil {
		t.Fatal(err)
	}
	if request.Code != "<&> 你好" || !request.AllowStdin || request.StopOnError {
		t.Errorf("content = %+v", request)
	}
	if len(got.Identities) != 2 || string(got.Identities[1]) != "second" {
		t.Errorf("identities = %q", got.Identities)
	}
	if got.Metadata["cellId"] != "c" || len(got.Buffers) != 2 || !bytes.Equal(got.Buffers[0], []byte{0, 1, 2}) {
		t.Errorf("metadata %v, buffers %v", got.Metadata, got.Buffers)
	}
	if bytes.Contains(got.Content, []byte(`\u003c`)) {
		t.Errorf("HTML is escaped: %s", got.Content)
	}
}

// The signature is one that Python makes:
// hmac.new(key, b'{"msg_id":"1",…}' + b'{}' + b'{}' + b'{"code":"1"}', hashlib.sha256).hexdigest()
func TestSignatureIsThatOfPython(t *testing.T) {
	const fromPython = "606860311d9979219ea9f0dda8c480439cba3c3dd4fdc664b9377a864be168a6"
	got := sealed(aHeader, `{}`, `{}`, `{"code":"1"}`)
	if string(got[2]) != fromPython {
		t.Errorf("signature = %s, want %s", got[2], fromPython)
	}
}

func TestParentIsCopiedWhole(t *testing.T) {
	codec := NewCodec("")
	header := `{"msg_id":"7", "msg_type":"execute_request", "new_field":[1]}`
	request, err := codec.Decode(frames("<IDS|MSG>", "", header, "{}", "{}", "{}"))
	if err != nil {
		t.Fatal(err)
	}
	reply, err := Sender{}.Message(request, ExecuteReply{Status: StatusOK})
	if err != nil {
		t.Fatal(err)
	}
	if string(reply.ParentHeader) != header {
		t.Errorf("parent header = %s, want %s", reply.ParentHeader, header)
	}
	if reply.Parent().MsgID != "7" {
		t.Errorf("Parent().MsgID = %q", reply.Parent().MsgID)
	}
	first, err := Sender{}.Message(nil, KernelStatus{Starting})
	if err != nil {
		t.Fatal(err)
	}
	if string(first.ParentHeader) != "{}" {
		t.Errorf("parent header of a message without parent = %s", first.ParentHeader)
	}
}

func TestDecodeRefuses(t *testing.T) {
	good := sealed(aHeader, "{}", "{}", "{}")
	forged := sealed(aHeader, "{}", "{}", "{}")
	forged[6] = []byte(`{"code":"os.Exit(1)"}`)
	upper := sealed(aHeader, "{}", "{}", "{}")
	upper[2] = []byte("zz" + string(upper[2][2:]))
	short := sealed(aHeader, "{}", "{}", "{}")
	short[2] = short[2][:10]
	unsigned := sealed(aHeader, "{}", "{}", "{}")
	unsigned[2] = nil

	cases := []struct {
		name   string
		frames [][]byte
		want   error
	}{
		{"nothing", nil, ErrNoDelimiter},
		{"no delimiter", frames("peer", "what"), ErrNoDelimiter},
		{"only a delimiter", good[:2], ErrTooFewFrames},
		{"cut short", good[:6], ErrTooFewFrames},
		{"changed content", forged, ErrSignature},
		{"signature no hex", upper, ErrSignature},
		{"signature cut", short, ErrSignature},
		{"no signature", unsigned, ErrSignature},
		{"too large", append(sealed(aHeader, "{}", "{}", "{}"), make([]byte, MaxMessageBytes)), ErrTooLarge},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := NewCodec(testKey).Decode(c.frames); !errors.Is(err, c.want) {
				t.Errorf("err = %v, want %v", err, c.want)
			}
		})
	}
}

func TestDecodeNamesTheBadPart(t *testing.T) {
	cases := []struct {
		name                              string
		header, parent, metadata, content string
		part                              Part
		says                              string
	}{
		{"broken header", `{"msg_id":`, "{}", "{}", "{}", PartHeader, "unexpected end"},
		{"header of the wrong type", `[]`, "{}", "{}", "{}", PartHeader, "array"},
		{"header is null", `null`, "{}", "{}", "{}", PartHeader, "null"},
		{"msg_id is a number", `{"msg_id":1,"msg_type":"x"}`, "{}", "{}", "{}", PartHeader, "msg_id"},
		{"no msg_type", `{"msg_id":"1"}`, "{}", "{}", "{}", PartHeader, "msg_type"},
		{"parent is a list", aHeader, `[1]`, "{}", "{}", PartParentHeader, "array"},
		{"metadata is text", aHeader, "{}", `"m"`, "{}", PartMetadata, "string"},
		{"content is empty", aHeader, "{}", "{}", "", PartContent, "unexpected end"},
		{"content is null", aHeader, "{}", "{}", "null", PartContent, "null"},
		{"content is too deep", aHeader, "{}", "{}", strings.Repeat(`{"a":`, 20000), PartContent, "depth"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := NewCodec(testKey).Decode(sealed(c.header, c.parent, c.metadata, c.content))
			var bad *PartError
			if !errors.As(err, &bad) || bad.Part != c.part {
				t.Fatalf("err = %v, want a PartError for %s", err, c.part)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q doesn't say %q", err, c.says)
			}
		})
	}
}

func TestIntoNamesTheField(t *testing.T) {
	m, err := NewCodec(testKey).Decode(sealed(aHeader, "{}", "{}", `{"code":1}`))
	if err != nil {
		t.Fatal(err)
	}
	err = m.Into(&ExecuteRequest{})
	if err == nil || !strings.Contains(err.Error(), "execute_request: bad content: field code is a JSON number") {
		t.Errorf("err = %v", err)
	}
}

func TestAReplayIsRefused(t *testing.T) {
	codec := NewCodec(testKey)
	message := sealed(aHeader, "{}", "{}", "{}")
	if _, err := codec.Decode(message); err != nil {
		t.Fatal(err)
	}
	message[0] = []byte("another peer") // the routing id isn't signed
	if _, err := codec.Decode(message); !errors.Is(err, ErrReplay) {
		t.Errorf("err = %v, want ErrReplay", err)
	}
}

func TestWithoutAKeyNothingIsChecked(t *testing.T) {
	codec := NewCodec("")
	message := frames("<IDS|MSG>", "whatever", aHeader, "{}", "{}", "{}")
	for range 2 {
		if _, err := codec.Decode(message); err != nil {
			t.Fatal(err)
		}
	}
	m, err := Sender{}.Message(nil, InterruptRequest{})
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := codec.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	if len(encoded[1]) != 0 {
		t.Errorf("signature = %q, want none", encoded[1])
	}
}

func TestWhatIsNotJSONCantBeSent(t *testing.T) {
	_, err := Sender{}.Message(nil, DisplayData{Data: map[string]any{"application/json": func() {}}})
	var bad *PartError
	if !errors.As(err, &bad) || bad.Part != PartContent || bad.MsgType != "display_data" {
		t.Errorf("err = %v, want a PartError for the content of display_data", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("peer"), []byte("<IDS|MSG>"), []byte(""), []byte(aHeader), []byte("{}"), []byte("{}"), []byte("{}"))
	f.Add([]byte("<IDS|MSG>"), []byte("<IDS|MSG>"), []byte("00"), []byte("null"), []byte("[]"), []byte(`{"a":{"b":1}}`), []byte("1"))
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g, h []byte) {
		input := [][]byte{a, b, c, d, e, g, h}
		if m, err := NewCodec(testKey).Decode(input); err == nil {
			t.Fatalf("a message without the key was taken: %+v", m)
		}
		codec := NewCodec("")
		m, err := codec.Decode(input)
		if err != nil {
			return
		}
		for _, content := range []any{
			&ExecuteRequest{}, &ExecuteReply{}, &HistoryRequest{}, &HistoryReply{}, &DisplayData{}, &CommOpen{},
		} {
			_ = m.Into(content) // an error is fine, a panic isn't
		}
		again, err := codec.Encode(m)
		if err != nil {
			t.Fatalf("what was decoded can't be encoded: %v", err)
		}
		second, err := codec.Decode(again)
		if err != nil {
			t.Fatalf("what was encoded can't be decoded: %v", err)
		}
		if second.Header != m.Header || !bytes.Equal(second.Content, m.Content) || !json.Valid(second.ParentHeader) {
			t.Fatalf("a message changed on its way: %+v, %+v", m, second)
		}
	})
}
