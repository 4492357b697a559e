package link

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"
)

// A mark is what a worker writes into its output streams to say "up to here":
//
//	NUL token sequence-in-16-hex-digits NUL
//
// The token is 32 random hex digits, new for every worker, so that no text holds
// a mark by chance.
const (
	tokenSize = 32
	markSize  = 1 + tokenSize + 16 + 1
)

// NewToken makes a token of 16 random bytes.
func NewToken(random [16]byte) string { return hex.EncodeToString(random[:]) }

// AppendMark appends the mark with the given sequence number to b. A mark is
// shorter than PIPE_BUF: written with one call, it arrives in one piece.
func AppendMark(b []byte, token string, sequence uint64) []byte {
	b = append(b, 0)
	b = append(b, token...)
	digits := strconv.FormatUint(sequence, 16)
	for range 16 - len(digits) {
		b = append(b, '0')
	}
	b = append(b, digits...)
	return append(b, 0)
}

// FindMark looks for the first mark in b: text is what precedes it, rest what
// follows. Without a mark, found is false, text is what can be shown already and
// rest the beginning of what may turn out to be a mark, to be kept until more
// has been read.
func FindMark(b []byte, token string) (text []byte, sequence uint64, rest []byte, found bool) {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], 0)
		if i < 0 {
			return b, 0, nil, false
		}
		i += from
		candidate := b[i:]
		if len(candidate) < markSize {
			have := candidate[1:min(len(candidate), 1+tokenSize)]
			if strings.HasPrefix(token, string(have)) {
				return b[:i], 0, candidate, false
			}
		} else if string(candidate[1:1+tokenSize]) == token && candidate[markSize-1] == 0 {
			n, err := strconv.ParseUint(string(candidate[1+tokenSize:markSize-1]), 16, 64)
			if err == nil {
				return b[:i], n, candidate[markSize:], true
			}
		}
		from = i + 1
	}
}

// ValidToken reports whether token can begin a mark.
func ValidToken(token string) bool {
	_, err := hex.DecodeString(token)
	return err == nil && len(token) == tokenSize
}
