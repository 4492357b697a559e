package source

// grading is what nbgrader wants to know of a cell: its metadata in version 3.
type grading struct {
	CellType string `json:"cell_type"`
	Grade    bool   `json:"grade"` // its run decides on points
	GradeID  string `json:"grade_id"`
	Locked   bool   `json:"locked"` // a submission's change is undone
	Points   *int   `json:"points,omitempty"`
	Schema   int    `json:"schema_version"`
	Solution bool   `json:"solution"` // learners change it
	Task     bool   `json:"task"`
}

// gradingOf returns nil for cells that nbgrader need not know.
func gradingOf(c Cell) *grading {
	const version = 3
	switch {
	case c.Starter():
		return &grading{CellType: "code", GradeID: c.ID, Schema: version, Solution: true}
	case c.Checks():
		points := 1
		return &grading{CellType: "code", GradeID: c.ID, Schema: version, Grade: true, Locked: true, Points: &points}
	}
	return nil
}
