package grade

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"
)

// WriteCSV writes a table with a row an exercise of each submission. A submission
// that could not be graded has one row, with the reason.
func WriteCSV(w io.Writer, all []Submission) error {
	table := csv.NewWriter(w)
	rows := [][]string{{"submission", "lesson", "exercise", "score", "of", "reason"}}
	for _, s := range all {
		if s.Error != "" {
			rows = append(rows, []string{s.Path, s.Lesson, "", "0", strconv.Itoa(s.Of), s.Error})
		}
		for _, r := range s.Results {
			score := "0"
			if r.Passed {
				score = "1"
			}
			rows = append(rows, []string{s.Path, s.Lesson, r.Exercise, score, "1", strings.Join(r.Reasons, "; ")})
		}
	}
	for _, row := range rows {
		for i, field := range row {
			row[i] = harmless(field)
		}
	}
	return table.WriteAll(rows)
}

// harmless keeps a spreadsheet from taking a field for a formula: paths and reasons
// are partly the learner's words.
func harmless(field string) string {
	if field != "" && strings.ContainsRune("=+-@\t\r", rune(field[0])) {
		return "'" + field
	}
	return field
}

// WriteJSON writes all that is known, indented.
func WriteJSON(w io.Writer, all []Submission) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(all)
}
