package engine_test

import (
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
	"lockstep/kernel/protocol"
)

func TestASubshellKnowsWhatIsDeclaredButHasVariablesOfItsOwn(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute("import \"strings\"\ntype point struct{ X, Y int }\nconst answer = 42\nfunc double(n int) int { return 2 * n }\nx := 5").OK()
	k.Execute("func (p point) sum() int { return p.X + p.Y + len(strings.Repeat(\"a\", answer)) }\nfunc useX() int { return x }\nbroken := 1\npanic(\"on purpose\")\nnever := 2").Fails(execution.Panic, "")
	sub := k.Subshell()
	k.Execute("type later struct{}").OK()

	endless := k.Execute("println(\"running\")\nfor {\n}")
	k.Await("the start of the loop", func(all kerneltest.Entries) bool { return len(all.For(endless.ID).Of("stream")) > 0 })
	sub.Execute("double(answer) + point{1, 2}.sum()").Value("129").OK().Count(3)
	sub.Execute("x").Fails(execution.CompileError, "x is a variable of the main shell, and a subshell has its own")
	sub.Execute("useX()").Fails(execution.CompileError, "x, which useX uses, is a variable of the main shell")
	sub.Execute("never").Fails(execution.CompileError, "undefined: never")
	sub.Execute("later{}").Fails(execution.CompileError, "undefined: later")
	sub.Execute("x := \"its own\"\nx").Value(`"its own"`).OK()
	sub.Execute("import \"os\"\nos.Exit(3)").Fails(execution.WorkerDied, "os.Exit(3)")
	sub.Execute("x").Fails(execution.CompileError, "x lost its value when the worker ended")
	sub.Execute("double(2)").Value("4").OK()

	k.Ask(protocol.Control, protocol.InterruptRequest{})
	endless.Fails(execution.Interrupted, "")
	k.Execute("x").Value("5").OK()
}
