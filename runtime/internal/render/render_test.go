package render_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"reflect"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/internal/render"
)

type point struct {
	X, y int
	Next *point
}

type celsius float64

type colour int

func (c colour) String() string { return "colour" + fmt.Sprint(int(c)) }

func TestGoSyntax(t *testing.T) {
	five := 5
	ring := &point{X: 1}
	ring.Next = ring
	selfish := map[string]any{}
	selfish["me"] = selfish
	var nilPoint *point
	var nilColour *colour
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, "nil"},
		{12, "12"},
		{uint8(7), "7"},
		{1.5, "1.5"},
		{celsius(36.6), "36.6"},
		{true, "true"},
		{complex(1, 2), "(1+2i)"},
		{"a\n\"b\"", `"a\n\"b\""`},
		{'x', "120"},
		{[]int{1, 2}, "[]int{1, 2}"},
		{[]int(nil), "[]int(nil)"},
		{[2]bool{true}, "[2]bool{true, false}"},
		{[]byte("hi"), `[]byte("hi")`},
		{[]byte{0, 255}, "[]uint8{0, 255}"},
		{[][]int{{1}, nil}, "[][]int{{1}, nil}"},
		{map[string]int{"b": 2, "a": 1}, `map[string]int{"a": 1, "b": 2}`},
		{map[int]string{10: "x", 9: "y"}, `map[int]string{9: "y", 10: "x"}`},
		{[]any{1, "a", nil, []int{2}}, `[]any{1, "a", nil, []int{2}}`},
		{point{X: 1, y: 2}, "render_test.point{X: 1, y: 2, Next: (*render_test.point)(nil)}"},
		{[]point{{X: 1}}, "[]render_test.point{{X: 1, y: 0, Next: (*render_test.point)(nil)}}"},
		{&point{}, "&render_test.point{X: 0, y: 0, Next: (*render_test.point)(nil)}"},
		{struct{ A int }{1}, "{A: 1}"},
		{ring, "&render_test.point{X: 1, y: 0, Next: &render_test.point{…}}"},
		{selfish, `map[string]any{"me": map[string]any{…}}`},
		{nilPoint, "(*render_test.point)(nil)"},
		{nilColour, "(*render_test.colour)(nil)"},
		{&five, "&5"},
		{colour(3), "colour3"},
		{[]colour{1}, "[]render_test.colour{colour1}"},
		{1500 * time.Millisecond, "1.5s"},
		{time.Unix(0, 0).UTC(), "1970-01-01 00:00:00 +0000 UTC"},
		{errors.New("went wrong"), "went wrong"},
		{struct{ e error }{errors.New("inside")}, "{e: inside}"},
		{strings.ToUpper, "func(string) string"},
		{make(chan int), "chan int"},
		{(chan int)(nil), "(chan int)(nil)"},
		{reflect.ValueOf(4), "4"},
	} {
		if got := render.GoSyntax(test.value); got != test.want {
			t.Errorf("a %T is rendered as %s, want %s", test.value, got, test.want)
		}
	}
}

func TestGoSyntaxIsBounded(t *testing.T) {
	if got := render.GoSyntax(make([]int, 5000)); !strings.HasSuffix(got, "0, … 4000 more}") {
		t.Errorf("a long slice ends in %q", got[len(got)-20:])
	}
	var list *point
	for range 100 {
		list = &point{Next: list}
	}
	if got := render.GoSyntax(list); !strings.Contains(got, "…") {
		t.Error("a deep list is written whole")
	}
	wide := make([][]string, 1000)
	for i := range wide {
		wide[i] = make([]string, 1000)
	}
	if got := len(render.GoSyntax(wide)); got > 200<<10 {
		t.Errorf("%d bytes for a wide value", got)
	}
}

type rich struct{}

func (rich) HTML() string     { return "<b>h</b>" }
func (rich) SVG() string      { return "<svg/>" }
func (rich) Markdown() string { return "*m*" }
func (rich) PNG() []byte      { return []byte{1, 2} }
func (rich) String() string   { return "text" }

func TestBundleHasEveryFormatThatAValueOffers(t *testing.T) {
	want := map[string]any{
		"text/plain": "text", "text/html": "<b>h</b>", "image/svg+xml": "<svg/>",
		"text/markdown": "*m*", "image/png": "AQI=",
	}
	if got := render.Bundle(rich{}); !reflect.DeepEqual(got, want) {
		t.Errorf("bundle %v, want %v", got, want)
	}
	if got := render.Bundle((*rich)(nil)); len(got) != 1 {
		t.Errorf("the bundle of a nil pointer is %v, want text only", got)
	}
}

func TestAnImageIsShownAsPNG(t *testing.T) {
	got := render.Bundle(image.NewGray(image.Rect(0, 0, 3, 2)))
	if got["text/plain"] != "image of 3×2 pixels" {
		t.Errorf("text %q", got["text/plain"])
	}
	picture, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(got["image/png"].(string))))
	if err != nil || picture.Bounds().Dx() != 3 {
		t.Errorf("decoded %v, %v", picture, err)
	}
}

func TestATypeCanBeGivenTheCellsName(t *testing.T) {
	got := render.BundleAs("Pair", struct{ A, B int }{1, 2})
	if got["text/plain"] != "Pair{A: 1, B: 2}" {
		t.Errorf("text %q", got["text/plain"])
	}
	got = render.BundleAs("*Pair", &struct{ A int }{1})
	if got["text/plain"] != "&Pair{A: 1}" {
		t.Errorf("text %q", got["text/plain"])
	}
}

type failure struct{ Code int }

func (f failure) Error() string { return fmt.Sprintf("failure %d", f.Code) }
