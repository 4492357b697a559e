package validate

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/dlclark/regexp2"
)

// Sanitizer replaces parts of outputs before they are compared, such as times and
// addresses. The zero value replaces nothing.
type Sanitizer struct{ rules []rule }

type rule struct {
	pattern string
	find    *regexp2.Regexp
	replace string
}

// SanitizeError says what is wrong with a file of replacements, and where.
type SanitizeError struct {
	File string
	Line int
	Err  error
}

func (e *SanitizeError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }
func (e *SanitizeError) Unwrap() error { return e.Err }

// ReadSanitizer reads a file of replacements: pairs of lines that begin with
// "regex: " and "replace: ", with Python's regular expressions. Other lines are
// comments. The error is a *SanitizeError if an expression can't be understood.
func ReadSanitizer(path string) (*Sanitizer, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s := new(Sanitizer)
	lines := strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	for i := 0; i+1 < len(lines); i++ {
		pattern, ok := strings.CutPrefix(lines[i], "regex: ")
		if !ok {
			continue
		}
		replace, ok := strings.CutPrefix(lines[i+1], "replace: ")
		if !ok {
			continue
		}
		find, err := regexp2.Compile(goPattern(pattern), regexp2.None)
		if err != nil {
			return nil, &SanitizeError{File: path, Line: i + 1, Err: err}
		}
		replacement, err := goReplacement(replace)
		if err != nil {
			return nil, &SanitizeError{File: path, Line: i + 2, Err: err}
		}
		i++
		r := rule{pattern, find, replacement}
		// A pattern that is given again keeps its place, with the new replacement.
		if at := slices.IndexFunc(s.rules, func(old rule) bool { return old.pattern == pattern }); at >= 0 {
			s.rules[at] = r
		} else {
			s.rules = append(s.rules, r)
		}
	}
	return s, nil
}

// apply makes all replacements, one rule after the other.
func (s *Sanitizer) apply(text string) (string, error) {
	if s == nil {
		return text, nil
	}
	for _, r := range s.rules {
		replaced, err := r.find.Replace(text, r.replace, -1, -1)
		if err != nil {
			return text, fmt.Errorf("sanitizing with %q: %w", r.pattern, err)
		}
		text = replaced
	}
	return text, nil
}

var (
	pythonGroup     = regexp.MustCompile(`\(\?P<`)
	pythonReference = regexp.MustCompile(`\(\?P=(\w+)\)`)
)

// goPattern turns the few forms that Python has for itself into those of regexp2.
func goPattern(pattern string) string {
	pattern = pythonReference.ReplaceAllString(pattern, `\k<$1>`)
	pattern = pythonGroup.ReplaceAllString(pattern, `(?<`)
	return strings.ReplaceAll(pattern, `\Z`, `\z`)
}

// goReplacement turns Python's template of a replacement into regexp2's.
func goReplacement(template string) (string, error) {
	var out strings.Builder
	for i := 0; i < len(template); i++ {
		c := template[i]
		if c == '$' {
			out.WriteString("$$")
			continue
		}
		if c != '\\' {
			out.WriteByte(c)
			continue
		}
		i++
		if i == len(template) {
			return "", fmt.Errorf(`bad escape \ at the end of %q`, template)
		}
		switch c := template[i]; {
		case c >= '0' && c <= '9':
			j := i + 1
			if j < len(template) && template[j] >= '0' && template[j] <= '9' {
				j++
			}
			out.WriteString("${" + template[i:j] + "}")
			i = j - 1
		case c == 'g':
			end := strings.IndexByte(template[i:], '>')
			if end < 0 || i+1 >= len(template) || template[i+1] != '<' {
				return "", fmt.Errorf(`missing < or > behind \g in %q`, template)
			}
			out.WriteString("${" + template[i+2:i+end] + "}")
			i += end
		case c == '\\':
			out.WriteByte('\\')
		case strings.IndexByte("nrtafv", c) >= 0:
			out.WriteByte("\n\r\t\a\f\v"[strings.IndexByte("nrtafv", c)])
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			return "", fmt.Errorf(`bad escape \%c in %q`, c, template)
		default:
			out.WriteString("\\" + string(c))
		}
	}
	return out.String(), nil
}
