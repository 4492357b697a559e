package engine_test

import (
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
)

func TestAWholeProgramRunsInAScopeOfItsOwn(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import \"fmt\"\ng := \"the session's\"").OK()
	k.Execute(`package main

import "fmt"

type T struct{ a int }

func main() { fmt.Println("main", g, T{1}) }

func init() { fmt.Println("init", g) }

var g = compute() + h
var h = 1

func compute() int { return 6 }
`).Stdout("init 7\nmain 7 {1}\n").OK()
	k.Execute(`g`).Value(`"the session's"`).OK()
	k.Execute(`T{}`).Fails(execution.CompileError, "undefined: T")
	k.Execute("package main\nimport \"fmt\"\nfunc main() { fmt.Println(g) }").Fails(execution.CompileError, "line 3:27: undefined: g")
	k.Execute("package main\nfunc f() {}").Fails(execution.CompileError, "function main is undeclared in the main package")
	k.Execute("package main\nfunc main() { x := 1 }").Fails(execution.CompileError, "declared and not used: x")
	k.Execute("package main\nfunc main() {}\nx := 1").Fails(execution.CompileError, "line 3:1: non-declaration statement outside function body")
	k.Execute("package main\nfunc main() {\n\tpanic(\"no\")\n}").Fails(execution.Panic, "no").
		Report("panic: no", "  line 3:2 in main", "    \tpanic(\"no\")", "    \t^")
	k.Execute("package main\nimport \"os\"\nfunc main() { os.Exit(2) }").Fails(execution.WorkerDied, "os.Exit(2)")
	k.Execute("package main\nfunc main() {\n\tgo func() { panic(\"gone\") }()\n\tselect {}\n}").Fails(execution.Panic, "gone")
	k.Execute(`fmt.Sprint(1)`).Value(`"1"`).OK()
}
