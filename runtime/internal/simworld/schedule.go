package simworld

import (
	"errors"
	"strconv"
	"strings"
)

// A schedule in text is its version, a colon, and the choices: a is the first of
// the candidates in the order of their starting, b the second … z, Ba, Bb … (base
// 26 with capitals before the last digit). A number after a choice says how often
// it is made in a row.
const scheduleVersion = "1"

// Schedule is the choices that were made in a run, at those switch points where
// there was more than one candidate.
type Schedule struct {
	text  strings.Builder
	last  int
	count int
}

// Add appends a choice.
func (s *Schedule) Add(choice int) {
	if s.count > 0 && choice == s.last {
		s.count++
		return
	}
	s.flush()
	s.last, s.count = choice, 1
}

func (s *Schedule) flush() {
	if s.count == 0 {
		return
	}
	var digits [16]byte
	i := len(digits) - 1
	digits[i] = 'a' + byte(s.last%26)
	for n := s.last / 26; n > 0; n /= 26 {
		i--
		digits[i] = 'A' + byte(n%26)
	}
	s.text.Write(digits[i:])
	if s.count > 1 {
		s.text.WriteString(strconv.Itoa(s.count))
	}
	s.count = 0
}

// String returns the schedule in text.
func (s *Schedule) String() string {
	s.flush()
	return scheduleVersion + ":" + s.text.String()
}

// maxChoices bounds what a short text can make ParseSchedule allocate.
const maxChoices = 10_000_000

// ParseSchedule reads what String wrote. The error names the place in the text.
func ParseSchedule(text string) ([]int, error) {
	version, rest, ok := strings.Cut(text, ":")
	if !ok || version != scheduleVersion {
		return nil, errors.New(say("schedule %q: it must begin with %q", shorten(text), scheduleVersion+":"))
	}
	var choices []int
	high := 0
	for i := 0; i < len(rest); {
		c := rest[i]
		i++
		switch {
		case 'A' <= c && c <= 'Z' && high < 1<<20:
			high = high*26 + int(c-'A')
			continue
		case 'a' <= c && c <= 'z':
		default:
			return nil, errors.New(say("schedule %q: character %d is %q, want a letter", shorten(text), len(version)+1+i, c))
		}
		digits := i
		for i < len(rest) && '0' <= rest[i] && rest[i] <= '9' {
			i++
		}
		count := 1
		if i > digits {
			n, err := strconv.Atoi(rest[digits:i])
			if err != nil || n < 1 || n > maxChoices-len(choices) {
				return nil, errors.New(say("schedule %q: the count %s after character %d is out of range", shorten(text), shorten(rest[digits:i]), len(version)+1+digits))
			}
			count = n
		}
		for range count {
			choices = append(choices, high*26+int(c-'a'))
		}
		high = 0
	}
	if high > 0 || strings.HasSuffix(rest, "A") {
		return nil, errors.New(say("schedule %q: it ends within a choice", shorten(text)))
	}
	return choices, nil
}

func shorten(text string) string {
	if len(text) > 40 {
		return text[:40] + "…"
	}
	return text
}
