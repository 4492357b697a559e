package cell

import (
	"fmt"
	"go/doc/comment"
	"go/format"
	"go/types"
	"strings"

	"lockstep/kernel/cell/docs"
	"lockstep/kernel/execution"
)

// declaration is a subject as Go would declare it, qualified by its package's name.
func (v *view) declaration(t subject, detail int) string {
	obj := t.object
	name := obj.Name()
	if pkg := obj.Pkg(); pkg != nil && !isCells(pkg) && t.owner == nil {
		name = pkg.Name() + "." + name
	}
	typ := ""
	if obj.Type() != nil && !isInvalid(obj.Type()) {
		typ = " " + types.TypeString(obj.Type(), shortName)
	}
	switch obj := obj.(type) {
	case *types.Builtin:
		return "func " + strings.TrimSuffix(name, obj.Name()) + builtins[obj.Name()]
	case *types.Nil:
		return "var nil"
	case *types.Const:
		if obj.Name() == "iota" && obj.Pkg() == nil {
			return "const iota"
		}
		if basic, ok := obj.Type().(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
			typ = "" // its value shows what it is
		}
		return "const " + name + typ + " = " + obj.Val().String()
	case *types.Func:
		if detail > 0 {
			if text := v.sourceText(t); text != "" {
				return text
			}
		}
		return "func " + receiver(obj) + name + signature(obj.Signature())
	case *types.TypeName:
		return typeDeclaration(obj, name, detail)
	case *types.Var:
		switch {
		case obj.IsField():
			return "field " + name + typ
		case detail > 0:
			return "var " + name + typ + typeBehind(obj.Type())
		}
		return "var " + name + typ
	}
	return name + typ
}

// receiver is a method's receiver, with a blank behind it.
func receiver(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return ""
	}
	name := recv.Name()
	if name != "" {
		name += " "
	}
	return "(" + name + types.TypeString(recv.Type(), shortName) + ") "
}

// sourceText is the text of a function or a method of an earlier cell.
func (v *view) sourceText(t subject) string {
	var e *entity
	if t.owner == nil {
		e = v.session.entityOf(t.object)
	} else if owner := v.session.entityOf(t.owner); owner != nil {
		for _, m := range owner.methods {
			if m.name == t.object.Name() {
				e = m
			}
		}
	}
	if e == nil || e.text.source == nil {
		return ""
	}
	return formatted(e.text.source.text[e.text.start:e.text.end])
}

// typeBehind is the declaration of a variable's type, where that has a name.
func typeBehind(t types.Type) string {
	obj := typeName(t)
	if obj == nil || obj.Pkg() == nil {
		return ""
	}
	name := obj.Name()
	if !isCells(obj.Pkg()) {
		name = obj.Pkg().Name() + "." + name
	}
	return "\n\n" + typeDeclaration(obj, name, 1)
}

// typeDeclaration is a type as Go would declare it. With detail it has fields and
// methods, without it what only they would make long is left out.
func typeDeclaration(obj *types.TypeName, name string, detail int) string {
	if param, ok := obj.Type().(*types.TypeParam); ok {
		return "type parameter " + name + " " + types.TypeString(param.Constraint(), shortName)
	}
	if basic, ok := obj.Type().(*types.Basic); ok && basic.Name() == name {
		return "type " + name
	}
	if obj.IsAlias() {
		if name == "any" && obj.Pkg() == nil {
			return "type any = interface{}"
		}
		if alias, ok := obj.Type().(*types.Alias); ok {
			return "type " + name + " = " + types.TypeString(alias.Rhs(), shortName)
		}
		return "type " + name + " = " + types.TypeString(obj.Type(), shortName)
	}
	params := ""
	if named, ok := obj.Type().(*types.Named); ok && named.TypeParams().Len() > 0 {
		var list []string
		for p := range named.TypeParams().TypeParams() {
			list = append(list, p.Obj().Name()+" "+types.TypeString(p.Constraint(), shortName))
		}
		params = "[" + strings.Join(list, ", ") + "]"
	}
	head := "type " + name + params + " "
	var b strings.Builder
	switch u := obj.Type().Underlying().(type) {
	case *types.Struct:
		if detail == 0 {
			return head + elided("struct", u.NumFields())
		}
		b.WriteString("struct {\n")
		hidden := false
		for i := range u.NumFields() {
			f := u.Field(i)
			switch {
			case !f.Exported() && !isCells(obj.Pkg()):
				hidden = true
				continue
			case !f.Embedded():
				b.WriteString(f.Name() + " ")
			}
			b.WriteString(types.TypeString(f.Type(), shortName))
			if tag := u.Tag(i); tag != "" {
				b.WriteString(" `" + tag + "`")
			}
			b.WriteByte('\n')
		}
		if hidden {
			b.WriteString("// and unexported fields\n")
		}
		b.WriteString("}")
	case *types.Interface:
		if detail == 0 {
			return head + elided("interface", u.NumExplicitMethods()+u.NumEmbeddeds())
		}
		b.WriteString("interface {\n")
		for e := range u.EmbeddedTypes() {
			b.WriteString(types.TypeString(e, shortName) + "\n")
		}
		hidden := false
		for m := range u.ExplicitMethods() {
			if !m.Exported() && !isCells(obj.Pkg()) {
				hidden = true
				continue
			}
			b.WriteString(m.Name() + signature(m.Signature()) + "\n")
		}
		if hidden {
			b.WriteString("// and unexported methods\n")
		}
		b.WriteString("}")
	default:
		b.WriteString(types.TypeString(u, shortName))
	}
	// A qualified name can't be declared, so a stand-in is while gofmt looks.
	text := strings.TrimPrefix(formatted("type ʹ"+params+" "+b.String()), "type ʹ"+params+" ")
	text = head + text
	if named, ok := obj.Type().(*types.Named); ok && detail > 0 {
		var methods []string
		for m := range named.Methods() {
			if m.Exported() || isCells(obj.Pkg()) {
				methods = append(methods, "func "+receiver(m)+m.Name()+signature(m.Signature()))
			}
		}
		if len(methods) > 0 {
			text += "\n\n" + strings.Join(methods, "\n")
		}
	}
	return text
}

func elided(keyword string, members int) string {
	if members == 0 {
		return keyword + "{}"
	}
	return keyword + "{ ... }"
}

// formatted is a declaration as gofmt would have it.
func formatted(text string) string {
	out, err := format.Source([]byte(text))
	if err != nil {
		return text
	}
	return string(out)
}

// inspectPackage says what a package is: its synopsis, with detail all of its
// doc comment.
func (s *Session) inspectPackage(path string, detail int) (execution.Inspection, bool) {
	pkg, err := s.importer.Import(path)
	if err != nil {
		return execution.Inspection{}, false
	}
	comments := docs.Of(path)
	text := comments[""]
	if detail == 0 {
		text, _, _ = strings.Cut(text, "\n\n")
	}
	return render(fmt.Sprintf("package %s // import %q", pkg.Name(), path), text, pkg, comments), true
}

// render shows a declaration and its doc comment. pkg and known are where the
// comment's links are looked up.
func render(declaration, text string, pkg *types.Package, known docs.Comments) execution.Inspection {
	p := &comment.Parser{
		LookupSym: func(recv, name string) bool {
			if recv != "" {
				name = recv + "." + name
			}
			_, ok := known[name]
			return ok
		},
	}
	tree := p.Parse(text)
	printer := &comment.Printer{
		HeadingLevel: 4,
		HeadingID:    func(*comment.Heading) string { return "" },
		DocLinkURL: func(link *comment.DocLink) string {
			path := link.ImportPath
			if path == "" && pkg != nil {
				path = pkg.Path()
			}
			if path == "main" || strings.HasPrefix(path, "lockstep/") {
				return ""
			}
			link.ImportPath = path
			return link.DefaultURL("https://pkg.go.dev")
		},
		TextWidth: 80,
	}
	in := execution.Inspection{Plain: declaration + "\n", Markdown: "```go\n" + declaration + "\n```\n"}
	if text != "" {
		in.Plain += "\n" + string(printer.Text(tree))
		in.Markdown += "\n" + string(printer.Markdown(tree))
	}
	return in
}
