package validate

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"lockstep/kernel/terminal"
)

// The elements of JUnit's report, as CI systems read it.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string       `xml:"classname,attr"`
		Name    string       `xml:"name,attr"`
		Time    string       `xml:"time,attr"`
		Failure *junitDetail `xml:"failure,omitempty"`
		Error   *junitDetail `xml:"error,omitempty"`
		Skipped *junitDetail `xml:"skipped,omitempty"`
	}
	junitDetail struct {
		Message string `xml:"message,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes results in JUnit's XML format: a suite for each notebook, and
// in it a case for each cell.
func WriteJUnit(w io.Writer, results []*Result) error {
	var all junitSuites
	var total time.Duration
	for _, r := range results {
		suite := junitSuite{Name: r.Path, Time: xmlSeconds(r.Took)}
		for _, c := range r.Cells {
			item := junitCase{Class: r.Path, Name: c.ID, Time: xmlSeconds(c.Took)}
			switch c.Verdict {
			case Fail:
				suite.Failures++
				item.Failure = &junitDetail{Message: legal(c.Reason), Text: legal(strings.Join(c.details(), "\n"))}
			case Skip:
				suite.Skipped++
				item.Skipped = &junitDetail{}
			case Expected:
				suite.Skipped++
				item.Skipped = &junitDetail{Message: legal("an earlier cell took too long: " + c.Reason)}
			}
			suite.Cases = append(suite.Cases, item)
		}
		if r.Err != nil {
			suite.Errors++
			suite.Cases = append(suite.Cases, junitCase{Class: r.Path, Name: "notebook", Time: xmlSeconds(0), Error: &junitDetail{Message: legal(r.Err.Error())}})
		}
		suite.Tests = len(suite.Cases)
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Errors += suite.Errors
		all.Skipped += suite.Skipped
		total += r.Took
		all.Suites = append(all.Suites, suite)
	}
	all.Time = xmlSeconds(total)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func xmlSeconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// legal replaces what XML has no way to say.
func legal(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, text)
}

// details are the lines that explain a failure.
func (c *Cell) details() []string {
	var lines []string
	for _, d := range c.Differences {
		lines = append(lines, d.String())
		lines = append(lines, d.Diff()...)
	}
	for _, line := range c.Traceback {
		lines = append(lines, strings.Split(terminal.Plain(line), "\n")...)
	}
	return lines
}
