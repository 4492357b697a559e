package engine_test

import (
	"testing"

	"lockstep/kernel/execution"
	"lockstep/kernel/kerneltest"
)

func TestCellsReadWhatTheUserTypes(t *testing.T) {
	k := kerneltest.Start(t)
	k.Execute(`import ("bufio"; "fmt"; "os"; "io")`).OK()
	cell := k.Execute("var name string; var age int\nn, err := fmt.Scanln(&name, &age)\nfmt.Println(name, age, n, err)")
	cell.AsksFor("").AnswerInput("小明 12").Stdout("小明 12 2 <nil>\n").OK()

	cell = k.Execute("r := bufio.NewReader(os.Stdin)\nfor range 2 {\n\tline, err := r.ReadString('\\n')\n\tfmt.Printf(\"%q %v\\n\", line, err)\n}")
	cell.AnswerInput("first").AnswerInput("").Stdout("\"first\\n\" <nil>\n\"\\n\" <nil>\n").OK()

	cell = k.Execute("var a, b int\nfmt.Scan(&a, &b)\na + b")
	cell.AnswerInput("20").AnswerInput("22").Value("42").OK()

	cell = k.Execute("s := bufio.NewScanner(os.Stdin)\ns.Scan()\ns.Text()")
	cell.AnswerInput("a line").Value(`"a line"`).OK()

	k.Execute("_, err = fmt.Scanln(&name)\nerr != nil && err != io.EOF", kerneltest.NoStdin).Value("true").OK()
	k.Execute("fmt.Print(\"still here\")").Stdout("still here").OK()
}

func TestOutputBelongsToTheCellThatStartedTheGoroutine(t *testing.T) {
	k := kerneltest.Start(t)
	first := k.Execute("import \"fmt\"\nrelease, done := make(chan bool), make(chan bool)\ngo func() {\n\t<-release\n\tfmt.Println(\"late\")\n\tclose(done)\n}()").Stdout("").OK()
	k.Execute("close(release)\n<-done\nfmt.Println(\"now\")").Stdout("now\n").OK()
	first.Prints("late\n")
	k.Execute("nobody").Fails(execution.CompileError, "undefined: nobody")
}
