package kerneltest

import "testing"

func TestADataRaceIsNoticed(t *testing.T) {
	var r raceReports
	for _, part := range []string{"lockstep: hello\n=====\nWARNING: DA", "TA RACE\nWrite at …"} {
		if err := r.err(); err != nil {
			t.Errorf("before the report: %v", err)
		}
		if _, err := r.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if r.err() == nil {
		t.Error("the report was not noticed")
	}
}
