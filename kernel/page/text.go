package page

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"mime"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"lockstep/kernel/notebook"
)

// texts renders Markdown.
type texts struct {
	markdown goldmark.Markdown
	folder   string
}

func newTexts(folder string, code *code) *texts {
	return &texts{folder: folder, markdown: goldmark.New(
		goldmark.WithExtensions(extension.GFM),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
		goldmark.WithRendererOptions(html.WithUnsafe(), renderer.WithNodeRenderers(util.Prioritized(blocks{code}, 100))),
	)}
}

// render renders a text. attachment finds what its cell has attached.
func (t *texts) render(source string, attachment func(name string) (notebook.Bundle, bool)) (template.HTML, error) {
	in := []byte(source)
	tree := t.markdown.Parser().Parse(text.NewReader(in))
	err := ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if picture, ok := n.(*ast.Image); ok && entering {
			picture.Destination = t.embed(string(picture.Destination), attachment)
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := t.markdown.Renderer().Render(&b, in, tree); err != nil {
		return "", fmt.Errorf("its Markdown: %w", err)
	}
	return template.HTML(b.String()), nil
}

// embed puts a picture of the notebook, or of its folder, into the address. What
// isn't found, or is elsewhere, stays a link.
func (t *texts) embed(address string, attachment func(string) (notebook.Bundle, bool)) []byte {
	if name, ok := strings.CutPrefix(address, "attachment:"); ok {
		if attached, ok := attachment(name); ok {
			for _, kind := range attached.Types() {
				if data, ok := attached.Text(kind); ok {
					return dataAddress(kind, clean(data))
				}
			}
		}
		return []byte(address)
	}
	kind := mime.TypeByExtension(path.Ext(address))
	if !strings.HasPrefix(kind, "image/") || !inside(address) {
		return []byte(address)
	}
	data, err := os.ReadFile(filepath.Join(t.folder, filepath.FromSlash(address)))
	if err != nil {
		return []byte(address)
	}
	return dataAddress(kind, base64.StdEncoding.EncodeToString(data))
}

// dataAddress is the address of data that it holds itself.
func dataAddress(kind, base64 string) []byte {
	return []byte("data:" + kind + ";base64," + base64)
}

// clean takes the line ends out of base64.
func clean(base64 string) string { return strings.Join(strings.Fields(base64), "") }

// blocks renders blocks of code in colours.
type blocks struct{ code *code }

func (b blocks) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, b.fenced)
}

func (b blocks) fenced(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	block := n.(*ast.FencedCodeBlock)
	return ast.WalkSkipChildren, colour(w, string(block.Language(source)), string(block.Lines().Value(source)))
}
