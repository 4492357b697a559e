package cell_test

import (
	"testing"

	"lockstep/kernel/cell"
	"lockstep/kernel/execution"
)

func TestIsComplete(t *testing.T) {
	for text, want := range map[string]execution.Completeness{
		"":                            {Status: execution.Complete},
		"x := 1":                      {Status: execution.Complete},
		"import \"fmt\"\nfmt.Println": {Status: execution.Complete},
		"undeclared()":                {Status: execution.Complete},
		"for {":                       {Status: execution.Incomplete, Indent: "\t"},
		"func f() {\n\tif true {":     {Status: execution.Incomplete, Indent: "\t\t"},
		"f(func() {":                  {Status: execution.Incomplete, Indent: "\t"},
		"f(1,":                        {Status: execution.Incomplete, Indent: "\t"},
		"x :=":                        {Status: execution.Incomplete},
		"x +":                         {Status: execution.Incomplete},
		"s := `raw":                   {Status: execution.Incomplete},
		"/* a comment":                {Status: execution.Incomplete},
		"func f()":                    {Status: execution.Complete},
		"x := 1 2":                    {Status: execution.Invalid},
		"}":                           {Status: execution.Invalid},
		"s := \"abc":                  {Status: execution.Invalid},
		"x := (1 2":                   {Status: execution.Invalid},
	} {
		if got := cell.IsComplete(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}
