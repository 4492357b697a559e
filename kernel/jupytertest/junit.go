package jupytertest

import (
	"context"
	"encoding/xml"
	"os"
	"path/filepath"
	"testing"
)

// PytestResult is how one test of a pytest run ended.
type PytestResult struct {
	// Class and Name are the test's names in pytest's report.
	Class, Name string
	// Skipped is whether it was skipped, and Failed what it failed with, or "".
	Skipped bool
	Failed  string
}

// Pytest runs pytest in the folder dir with the arguments and returns the
// result of each test. It fails the test where pytest itself couldn't run or
// found no tests, and where ctx ended before it; that a test of the run failed
// is for the caller to judge.
func (e *Env) Pytest(ctx context.Context, t testing.TB, dir string, args ...string) []PytestResult {
	t.Helper()
	report := filepath.Join(t.TempDir(), "report.xml")
	// A test that hangs says where, before ctx ends.
	args = append([]string{"-m", "pytest", "-p", "no:cacheprovider", "-v", "-o", "faulthandler_timeout=60", "--junitxml=" + report}, args...)
	cmd := e.Command(ctx, "python", args...)
	cmd.Dir = dir
	out, runErr := cmd.CombinedOutput()
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("pytest: %v, %v\n%s", runErr, err, out)
	}
	results, err := parseJUnit(text)
	if err != nil {
		t.Fatalf("pytest's report: %v\n%s", err, out)
	}
	if len(results) == 0 {
		t.Fatalf("pytest ran no test: %v\n%s", runErr, out)
	}
	return results
}

func parseJUnit(text []byte) ([]PytestResult, error) {
	type outcome struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	var report struct {
		Cases []struct {
			Class   string    `xml:"classname,attr"`
			Name    string    `xml:"name,attr"`
			Failure *outcome  `xml:"failure"`
			Error   *outcome  `xml:"error"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testsuite>testcase"`
	}
	if err := xml.Unmarshal(text, &report); err != nil {
		return nil, err
	}
	var results []PytestResult
	for _, c := range report.Cases {
		result := PytestResult{Class: c.Class, Name: c.Name, Skipped: c.Skipped != nil}
		for _, bad := range []*outcome{c.Failure, c.Error} {
			if bad != nil {
				result.Failed += bad.Message + "\n" + bad.Text
			}
		}
		results = append(results, result)
	}
	return results, nil
}
