package trace

import (
	"strconv"
	"strings"
	"time"
)

// unit is a unit of time for an axis.
type unit struct {
	name string
	size time.Duration
}

// unitOf returns the unit in which times up to d are best said.
func unitOf(d time.Duration) unit {
	switch {
	case d >= time.Second:
		return unit{"s", time.Second}
	case d >= time.Millisecond:
		return unit{"ms", time.Millisecond}
	case d >= time.Microsecond:
		return unit{"µs", time.Microsecond}
	}
	return unit{"ns", 1}
}

// format returns d in the unit, with at most three digits after the point.
func (u unit) format(d time.Duration) string {
	if u.size == 1 {
		return strconv.FormatInt(int64(d), 10)
	}
	thousandth := u.size / 1000
	d = (d + thousandth/2) / thousandth
	whole, rest := d/1000, d%1000
	text := strconv.FormatInt(int64(whole), 10)
	if rest == 0 {
		return text
	}
	digits := strconv.FormatInt(int64(rest)+1000, 10)[1:]
	return text + "." + strings.TrimRight(digits, "0")
}

// tickStep returns the distance of the marks of an axis of the given length: 1, 2
// or 5 times a power of ten, for at most most marks beside the first.
func tickStep(length uint64, most int) uint64 {
	step := uint64(1)
	for {
		for _, factor := range []uint64{1, 2, 5} {
			if length/(step*factor) <= uint64(most) {
				return step * factor
			}
		}
		step *= 10
	}
}
