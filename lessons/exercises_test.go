package lessons

import (
	"slices"
	"strings"
	"testing"

	"lockstep/kernel/kerneltest"
	"lockstep/lessons/source"
)

// TestExercises tells starters, solutions and wrong answers apart, as the learner
// would: in a session that has run the lesson up to there.
func TestExercises(t *testing.T) {
	for _, language := range source.Languages {
		lessons, err := source.Lessons(language)
		if err != nil {
			t.Fatal(err)
		}
		passed := map[string]string{"zh": "通过：", "en": "passed: "}[language]
		for _, lesson := range lessons {
			t.Run(language+"/"+lesson.Name, func(t *testing.T) {
				t.Parallel()
				kernel := kerneltest.Start(t)
				answer := func(e *source.Exercise, code string) string {
					kernel.Execute(code).OK()
					return kernel.Execute(`course.Check("` + e.ID + `")`).OK().Printed()
				}
				for _, cell := range lesson.Cells {
					e := cell.Exercise
					switch {
					case slices.Contains(cell.Tags, skipped):
					case cell.Code && e == nil:
						kernel.Execute(cell.Text, kerneltest.GoOn).Wait()
					case e == nil || !cell.Starter():
					default:
						if told := answer(e, e.Starter); told == "" || strings.HasPrefix(told, passed) {
							t.Errorf("%s: the starter is told %q", e.ID, told)
						}
						for _, w := range e.Wrong {
							if told := answer(e, w.Code); strings.HasPrefix(told, passed) || !w.Told.MatchString(told) {
								t.Errorf("%s: a wrong answer is told %q, which should match %v\n%s", e.ID, told, w.Told, w.Code)
							}
						}
						if told, want := answer(e, e.Solution), passed+e.ID+"\n"; told != want {
							t.Errorf("%s: the solution is told %q", e.ID, told)
						}
					}
				}
			})
		}
	}
}

// TestExercisesAreTheSameInBothLanguages compares what is not words.
func TestExercisesAreTheSameInBothLanguages(t *testing.T) {
	zh, err := source.Lessons("zh")
	if err != nil {
		t.Fatal(err)
	}
	for _, lesson := range zh {
		for _, e := range lesson.Exercises {
			twin, err := source.Find(e.ID, "en")
			if err != nil {
				t.Error(err)
				continue
			}
			if e.Kind != twin.Kind || strings.Join(e.Concepts, ",") != strings.Join(twin.Concepts, ",") ||
				len(e.Hints) != len(twin.Hints) || len(e.Wrong) != len(twin.Wrong) {
				t.Errorf("%s differs between the languages in its kind, concepts, hints or wrong answers", e.ID)
			}
			pairs := [][2]string{{e.Starter, twin.Starter}, {e.Solution, twin.Solution}, {e.Check, twin.Check}}
			for i := range min(len(e.Wrong), len(twin.Wrong)) {
				pairs = append(pairs, [2]string{e.Wrong[i].Code, twin.Wrong[i].Code})
			}
			for _, pair := range pairs {
				if withoutWords(pair[0]) != withoutWords(pair[1]) {
					t.Errorf("%s: the code differs by more than words:\n%s\n\n%s", e.ID, pair[0], pair[1])
				}
			}
		}
	}
}
