package cell_test

import (
	"strings"
	"testing"
)

func TestErrorsSayWhatMayHaveBeenMeant(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		// Packages.
		{"package not imported", "fmt.Println(1)", "undefined: fmt (did you mean to import \"fmt\"?)"},
		{"the package that has it", "rand.IntN(3)", "undefined: rand (did you mean to import \"math/rand/v2\"?)"},
		{"packages that have it", "rand.Int()", "undefined: rand (did you mean to import \"math/rand\" or import \"crypto/rand\" or import \"math/rand/v2\"?)"},
		{"the usual of two", "template.New(\"\")", "undefined: template (did you mean to import \"text/template\" or import \"html/template\"?)"},
		{"type of a package not imported", "var m atomic.Int64", "undefined: atomic (did you mean to import \"sync/atomic\"?)"},
		{"runtime package", "display.Show(1)", "undefined: display (did you mean to import \"lockstep/runtime/display\"?)"},
		{"misspelt package", "stirngs.Repeat(\"a\", 3)", "undefined: stirngs (did you mean strings?)"},
		{"misspelt package not imported", "strcnov.Itoa(3)", "undefined: strcnov (did you mean strconv, with import \"strconv\"?)"},
		{"a package rather than a type", "jsn.Marshal(1)", "undefined: jsn (did you mean json, with import \"encoding/json\"?)"},
		{"a package, not a type like it", "srting.Repeat(\"a\", 3)", "undefined: srting (did you mean strings?)"},
		{"name of a package that is no package", "list := lsit", "undefined: lsit"},
		{"function", "import \"fmt\"\nfmt.Printn(1)", "undefined: fmt.Printn (did you mean fmt.Println?)"},
		{"function of another import's name", "import f \"fmt\"\nf.Prinltn(1)", "undefined: f.Prinltn (did you mean f.Println?)"},
		{"lower case", "import \"fmt\"\nfmt.println(1)", "undefined: fmt.println (but have Println)"},
		{"type of a package", "var m sync.Mutexx", "undefined: sync.Mutexx (did you mean sync.Mutex?)"},
		{"nothing like it", "strings.Frobnicate()", "undefined: strings.Frobnicate"},
		{"import path", "import \"string\"", "package string is not in std (did you mean \"strings\"?)"},
		{"import of the last element", "import \"json\"", "package json is not in std (did you mean \"encoding/json\"?)"},
		{"import of a new package", "import \"github.com/no/such\"", "package github.com/no/such is not in std"},

		// Names.
		{"earlier variable", "conter + 1", "undefined: conter (did you mean counter?)"},
		{"earlier function", "totla(1)", "undefined: totla (did you mean total?)"},
		{"earlier type", "var p Pont", "undefined: Pont (did you mean Point?)"},
		{"case", "point{}", "undefined: point (did you mean Point?)"},
		{"local", "func f() int {\n\tlocal := 1\n\treturn locl + local\n}", "undefined: locl (did you mean local?)"},
		{"parameter", "func f(number int) int { return nmber }", "undefined: nmber (did you mean number?)"},
		{"predeclared", "pritnln(1)", "undefined: pritnln (did you mean println?)"},
		{"predeclared type", "var s srting", "undefined: srting (did you mean string?)"},
		{"short names", "x := 1\n_ = x\nz", "undefined: z"},
		{"a local nobody sees here", "func f() { hidden := 1; _ = hidden }\nhiden", "undefined: hiden"},

		// Fields and methods.
		{"method", "points[0].Nrom()", "points[0].Nrom undefined (type Point has no field or method Nrom) (did you mean Norm?)"},
		{"pointer's method", "(&points[0]).Mvoe(1, 2)", "(&points[0]).Mvoe undefined (type *Point has no field or method Mvoe) (did you mean Move?)"},
		{"another case", "points[0].norm()", "points[0].norm undefined (type Point has no field or method norm, but does have method Norm)"},
		{"foreign method", "builder.WriteSting(\"a\")", "builder.WriteSting undefined (type strings.Builder has no field or method WriteSting) (did you mean WriteString?)"},
		{"promoted field", "Named{}.tga", "Named{}.tga undefined (type Named has no field or method tga) (did you mean tag?)"},
		{"field in a literal", "Named{Nmae: \"a\"}", "unknown field Nmae in struct literal of type Named (did you mean Name?)"},
		{"nothing to say", "counter.Foo", "counter.Foo undefined (type int has no field or method Foo)"},

		{"in a whole program", "package main\nimport \"fmt\"\nfunc main() { fmt.Prinltn(counterr) }", "undefined: fmt.Prinltn (did you mean fmt.Println?)\nundefined: counterr"},
	} {
		t.Run(test.name, func(t *testing.T) {
			nb := newNotebook(t)
			nb.ok(earlier)
			var got []string
			for line := range strings.Lines(nb.fails(test.text)) {
				_, message, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
				got = append(got, message)
			}
			if text := strings.Join(got, "\n"); text != test.want {
				t.Errorf("got  %s\nwant %s", text, test.want)
			}
		})
	}
}
