package simworld_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"lockstep/runtime/internal/simworld"
)

func TestAScheduleInText(t *testing.T) {
	for _, test := range []struct {
		choices []int
		text    string
	}{
		{nil, "1:"},
		{[]int{0}, "1:a"},
		{[]int{0, 1, 1, 1, 0}, "1:ab3a"},
		{[]int{25, 26, 27, 701, 702}, "1:zBaBbBAzBBa"},
		{[]int{26, 26}, "1:Ba2"},
	} {
		var s simworld.Schedule
		for _, c := range test.choices {
			s.Add(c)
		}
		if got := s.String(); got != test.text {
			t.Errorf("%v is written %q, want %q", test.choices, got, test.text)
		}
		got, err := simworld.ParseSchedule(test.text)
		if err != nil || !slices.Equal(got, test.choices) {
			t.Errorf("%q is read as %v, %v", test.text, got, err)
		}
	}
}

func TestTextThatIsNoScheduleIsRefusedWithItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"":                        `schedule "": it must begin with "1:"`,
		"2:a":                     `schedule "2:a": it must begin with "1:"`,
		"1:ab c":                  `schedule "1:ab c": character 5 is ' ', want a letter`,
		"1:2":                     `schedule "1:2": character 3 is '2', want a letter`,
		"1:aB":                    `schedule "1:aB": it ends within a choice`,
		"1:aA":                    `schedule "1:aA": it ends within a choice`,
		"1:a0":                    `schedule "1:a0": the count 0 after character 3 is out of range`,
		"1:a12345678901234567890": `schedule "1:a12345678901234567890": the count 12345678901234567890 after character 3 is out of range`,
	} {
		if _, err := simworld.ParseSchedule(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
	}
}

func FuzzParseSchedule(f *testing.F) {
	f.Add("1:ab3aBa2")
	f.Add("1:AAAAz9")
	f.Fuzz(func(t *testing.T, text string) {
		choices, err := simworld.ParseSchedule(text)
		if err != nil || len(choices) > 1000 {
			return
		}
		var s simworld.Schedule
		for _, c := range choices {
			s.Add(c)
		}
		again, err := simworld.ParseSchedule(s.String())
		if err != nil || !slices.Equal(again, choices) {
			t.Errorf("%q is %v, written as %q, read as %v, %v", text, choices, s.String(), again, err)
		}
	})
}

func TestRandomChoicesAreEvenAndRepeat(t *testing.T) {
	const n, draws = 7, 70_000
	seed := rand.Uint64()
	a, b := simworld.Random(seed), simworld.Random(seed)
	var counts [n]int
	for range draws {
		c := a.Choose(n)
		if c != b.Choose(n) {
			t.Fatalf("seed %d gave two sequences", seed)
		}
		counts[c]++
	}
	for c, count := range counts {
		if count < 9_300 || count > 10_700 { // 7 standard deviations
			t.Errorf("seed %d: %d came up %d times of %d", seed, c, count, draws)
		}
	}
}
