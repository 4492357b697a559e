package link_test

import (
	"strings"
	"testing"

	"lockstep/kernel/link"
)

var token = link.NewToken([16]byte{1, 2, 3, 0xff})

// scan feeds the stream to FindMark in pieces of the given size and returns the
// text and the sequence numbers in between.
func scan(stream []byte, size int) (text string, marks []uint64) {
	var held []byte
	for len(stream) > 0 {
		n := min(size, len(stream))
		held = append(held, stream[:n]...)
		stream = stream[n:]
		for {
			shown, sequence, rest, found := link.FindMark(held, token)
			text += string(shown)
			held = append([]byte(nil), rest...)
			if !found {
				break
			}
			marks = append(marks, sequence)
			text += "|"
		}
	}
	return text + string(held), marks
}

func TestMarksAreFoundHoweverTheStreamIsSplit(t *testing.T) {
	stream := []byte("one\x00two")
	stream = link.AppendMark(stream, token, 1)
	stream = link.AppendMark(stream, token, 0xfedcba9876543210)
	stream = append(stream, "é\x00"+token[:9]+"x"...)
	stream = link.AppendMark(stream, token, 3)
	stream = append(stream, "end\x00"...)
	for size := 1; size <= len(stream); size++ {
		text, marks := scan(stream, size)
		if want := "one\x00two||é\x00" + token[:9] + "x|end\x00"; text != want {
			t.Fatalf("in pieces of %d the text is %q, want %q", size, text, want)
		}
		if len(marks) != 3 || marks[0] != 1 || marks[1] != 0xfedcba9876543210 || marks[2] != 3 {
			t.Fatalf("in pieces of %d the marks are %x", size, marks)
		}
	}
}

func TestTextIsNotHeldBackForAMarkThatCannotCome(t *testing.T) {
	for _, text := range []string{"plain", "a\x00b", "\x00" + token[:5] + "?", strings.Repeat("\x00x", 100)} {
		shown, _, rest, found := link.FindMark([]byte(text), token)
		if found || len(rest) != 0 || string(shown) != text {
			t.Errorf("of %q, %q is shown and %q kept, found is %v", text, shown, rest, found)
		}
	}
}

func TestAMarkOfAnotherWorkerIsText(t *testing.T) {
	other := link.AppendMark(nil, link.NewToken([16]byte{9}), 1)
	if _, _, _, found := link.FindMark(other, token); found {
		t.Error("found a mark with another token")
	}
}

func FuzzFindMark(f *testing.F) {
	f.Add([]byte("a\x00"), 3)
	f.Add(link.AppendMark([]byte("x"), token, 5), 7)
	f.Fuzz(func(t *testing.T, stream []byte, size int) {
		if size < 1 {
			size = 1
		}
		whole, wholeMarks := scan(stream, len(stream)+1)
		text, marks := scan(stream, size)
		if text != whole || len(marks) != len(wholeMarks) {
			t.Fatalf("in pieces of %d: %q, at once: %q", size, text, whole)
		}
	})
}
