# Copy this into the folder of an nbgrader course, beside source/, to use lessons of
# Lockstep as assignments: a lesson's notebook is an assignment as it stands.
c = get_config()

c.CourseDirectory.course_id = "lockstep"

# Starters are part of a lesson's notebook, solutions are not: there is nothing to
# be cleared. What runs while an assignment is made knows no Go either.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
]

# For assignments of your own that mark their solutions with comments.
c.ClearSolutions.begin_solution_delimeter = "BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "END SOLUTION"
c.ClearSolutions.code_stub = {"go": "// write your answer here\n", "python": "# write your answer here\nraise NotImplementedError()"}

# A lesson's longest cell takes a few seconds.
c.ExecutePreprocessor.timeout = 120
