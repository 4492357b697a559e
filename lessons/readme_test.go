package lessons

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shape is a text without its words: the kinds of its lines, and its links'
// targets as they are seen from the project's root.
func shape(t *testing.T, path string) (lines, links []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(line, "#"):
			level, _, _ := strings.Cut(line, " ")
			lines = append(lines, level)
		case strings.HasPrefix(line, "|"):
			// The first column of most tables names things that have one name.
			_, code, _ := strings.Cut(line, "`")
			code, _, _ = strings.Cut(code, "`")
			lines = append(lines, "| "+code)
		case strings.HasPrefix(line, "```"):
			lines = append(lines, "```")
		}
	}
	for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(string(text), -1) {
		if target := link[1]; strings.HasPrefix(target, "https://") {
			links = append(links, target)
		} else {
			links = append(links, filepath.Join(filepath.Dir(path), filepath.FromSlash(target)))
		}
	}
	return lines, links
}

func TestTheReadmesAreEqual(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	english, chinese := filepath.Join(filepath.Dir(here), "README.md"), filepath.Join(here, "zh", "README.md")
	lines, links := shape(t, english)
	other, otherLinks := shape(t, chinese)
	if !slices.Equal(lines, other) {
		for i := range min(len(lines), len(other)) {
			if lines[i] != other[i] {
				t.Errorf("the outlines differ at line %d of each: %q and %q", i+1, lines[i], other[i])
				break
			}
		}
		t.Errorf("the English one has %d headings, rows and fences, the Chinese one %d", len(lines), len(other))
	}
	// The first link of each leads to the other.
	if links[0] != chinese || otherLinks[0] != english {
		t.Errorf("they begin with links to %s and %s", links[0], otherLinks[0])
	}
	if !slices.Equal(links[1:], otherLinks[1:]) {
		t.Errorf("they link to\n%s\nand\n%s", strings.Join(links[1:], "\n"), strings.Join(otherLinks[1:], "\n"))
	}
	for _, link := range links {
		if strings.HasPrefix(link, "https://") {
			continue
		}
		if _, err := os.Stat(link); err != nil {
			t.Errorf("a link leads nowhere: %v", err)
		}
	}
}
