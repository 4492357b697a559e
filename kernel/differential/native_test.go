package differential

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// program is a notebook's cells as one Go program of the package name, whose main
// is Main. Declarations stand outside of it, of variables those that functions may
// name; statements in it in their order, each cell's in a block inside the one
// before, so that a cell may declare a variable again.
func program(name string, cells []string) string {
	var imports, declarations, body strings.Builder
	imported := map[string]bool{}
	named := namedByFunctions(cells)
	blocks := 0
	for _, cell := range cells {
		var statements strings.Builder
		for _, piece := range pieces(cell) {
			switch piece.kind {
			case token.IMPORT:
				if !imported[piece.text] {
					imported[piece.text] = true
					imports.WriteString(piece.text + "\n")
				}
			case token.FUNC, token.TYPE, token.CONST:
				declarations.WriteString(piece.text + "\n")
			case token.VAR:
				if slices.ContainsFunc(declared(piece.text), func(name string) bool { return named[name] }) {
					declarations.WriteString(piece.text + "\n")
				} else {
					statements.WriteString(piece.text + "\n")
				}
			default:
				statements.WriteString(piece.text + "\n")
			}
		}
		if text := statements.String(); text != "" {
			body.WriteString("{\n" + text)
			for _, name := range declared(text) {
				body.WriteString("_ = " + name + "\n") // a notebook's variables need not be used
			}
			blocks++
		}
	}
	body.WriteString(strings.Repeat("}\n", blocks))
	return "package " + name + "\n" + imports.String() + declarations.String() + "func Main() {\n" + body.String() + "}\n"
}

// namedByFunctions are the identifiers in the cells' functions.
func namedByFunctions(cells []string) map[string]bool {
	named := map[string]bool{}
	for _, cell := range cells {
		for _, piece := range pieces(cell) {
			if piece.kind != token.FUNC {
				continue
			}
			var s scanner.Scanner
			s.Init(token.NewFileSet().AddFile("", -1, len(piece.text)), []byte(piece.text), nil, 0)
			for tok := token.ILLEGAL; tok != token.EOF; {
				var text string
				_, tok, text = s.Scan()
				named[text] = true
			}
		}
	}
	return named
}

// declared are the variables that statements declare.
func declared(statements string) []string {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {\n"+statements+"\n}", parser.SkipObjectResolution)
	if err != nil {
		return nil // the compiler says more
	}
	var names []string
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
			names = append(names, id.Name)
		}
	}
	for _, s := range file.Decls[0].(*ast.FuncDecl).Body.List {
		switch s := s.(type) {
		case *ast.AssignStmt:
			for _, l := range s.Lhs {
				if s.Tok == token.DEFINE {
					add(l)
				}
			}
		case *ast.DeclStmt:
			for _, spec := range s.Decl.(*ast.GenDecl).Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for _, id := range v.Names {
						add(id)
					}
				}
			}
		}
	}
	return names
}

// piece is a declaration or a statement; kind is the keyword of a declaration.
type piece struct {
	kind token.Token
	text string
}

// pieces cuts a cell into its declarations and statements.
func pieces(cell string) []piece {
	var s scanner.Scanner
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(cell))
	s.Init(file, []byte(cell), nil, 0)
	var all []piece
	var tokens []token.Token
	depth, start := 0, -1
	for {
		pos, tok, _ := s.Scan()
		switch tok {
		case token.LPAREN, token.LBRACE, token.LBRACK:
			depth++
		case token.RPAREN, token.RBRACE, token.RBRACK:
			depth--
		}
		if start >= 0 && (tok == token.SEMICOLON && depth == 0 || tok == token.EOF) {
			all = append(all, piece{kind(tokens), cell[start:file.Offset(pos)]})
			start, tokens = -1, nil
		} else if tok != token.SEMICOLON || depth > 0 {
			if start < 0 {
				start = file.Offset(pos)
			}
			tokens = append(tokens, tok)
		}
		if tok == token.EOF {
			return all
		}
	}
}

// kind tells declarations from statements; a function's has a name, after its
// receiver if it has one.
func kind(tokens []token.Token) token.Token {
	if tokens[0] != token.FUNC || len(tokens) < 2 {
		if tokens[0].IsKeyword() {
			return tokens[0]
		}
		return token.ILLEGAL
	}
	rest := tokens[1:]
	if rest[0] == token.LPAREN {
		depth := 0
		for i, tok := range rest {
			switch tok {
			case token.LPAREN:
				depth++
			case token.RPAREN:
				depth--
			}
			if depth == 0 {
				rest = rest[i+1:]
				break
			}
		}
	}
	if len(rest) > 0 && rest[0] == token.IDENT {
		return token.FUNC
	}
	return token.ILLEGAL
}

var (
	packageClause = regexp.MustCompile(`(?m)^package main$`)
	mainFunction  = regexp.MustCompile(`(?m)^func main\(\)`)
)

// natives are notebooks compiled by the Go toolchain into one binary.
type natives struct {
	binary string
	names  map[string]string // path of the notebook → package
}

// build compiles the notebooks, each to a package of its own.
func build(t *testing.T, books []notebook) natives {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	n := natives{filepath.Join(dir, "natives"), map[string]string{}}
	var imports, table strings.Builder
	for i, b := range books {
		// As long as main, which it stands for where a type's name is aligned.
		name := fmt.Sprintf("q%c%c%c", 'a'+i/676%26, 'a'+i/26%26, 'a'+i%26)
		n.names[b.path] = name
		text := b.native
		if text == "" {
			text = program(name, b.cells)
		}
		text = packageClause.ReplaceAllString(text, "package "+name)
		text = mainFunction.ReplaceAllString(text, "func Main()")
		write(filepath.Join(name, strings.ReplaceAll(strings.TrimSuffix(b.path, ".txtar"), "/", "_")+"_cells.go"), text)
		fmt.Fprintf(&imports, "import %q\n", "natives/"+name)
		fmt.Fprintf(&table, "%q: %s.Main,\n", name, name)
	}
	write("go.mod", "module natives\n\ngo 1.26\n")
	write("main.go", "package main\nimport \"os\"\n"+imports.String()+"func main() { map[string]func(){\n"+table.String()+"}[os.Args[1]]() }\n")
	command := exec.Command("go", "build", "-o", n.binary, ".")
	command.Dir = dir
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return n
}

// run runs a notebook's program.
func (n natives) run(t *testing.T, b notebook) outcome {
	t.Helper()
	name := n.names[b.path]
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), n.binary, name)
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	rename := strings.NewReplacer("natives/"+name+".", "main.", name+".", "main.").Replace
	o := outcome{stdout: rename(stdout.String())}
	if err != nil {
		o.err = failureText(rename(stderr.String()), command.ProcessState.ExitCode())
	}
	return o
}

// failureText is what a program says that fails, without the stacks.
func failureText(stderr string, code int) string {
	_, text, found := strings.Cut("\n"+stderr, "\npanic: ")
	if !found {
		if _, text, found = strings.Cut("\n"+stderr, "\nfatal error: "); !found {
			return fmt.Sprintf("os.Exit(%d)", code)
		}
	}
	text, _, _ = strings.Cut(text, "\n[signal ")
	text, _, _ = strings.Cut(text, "\n\ngoroutine ")
	text, _, _ = strings.Cut(text, " [recovered") // and raised again, which a cell does not tell
	return strings.TrimSuffix(text, "\n")
}
