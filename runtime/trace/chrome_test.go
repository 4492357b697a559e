package trace_test

import (
	"encoding/json"
	"testing"
)

// chromeFile is what the Trace Event Format prescribes of a file in its object
// form, as far as it is used.
type chromeFile struct {
	DisplayTimeUnit string `json:"displayTimeUnit"`
	TraceEvents     []struct {
		Name string         `json:"name"`
		Cat  string         `json:"cat"`
		Ph   string         `json:"ph"`
		Ts   *float64       `json:"ts"`
		Dur  *float64       `json:"dur"`
		Pid  int            `json:"pid"`
		Tid  int            `json:"tid"`
		ID   string         `json:"id"`
		S    string         `json:"s"`
		Bp   string         `json:"bp"`
		Args map[string]any `json:"args"`
	} `json:"traceEvents"`
}

func chrome(t *testing.T, lines string) chromeFile {
	t.Helper()
	var file chromeFile
	if err := json.Unmarshal(feed(t, lines).Chrome(), &file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestChromeEventsFollowTheFormat(t *testing.T) {
	for _, lines := range []string{twoThreads, deadlock, messages, strange, ""} {
		file := chrome(t, lines)
		if file.TraceEvents == nil || file.DisplayTimeUnit != "ms" && file.DisplayTimeUnit != "ns" {
			t.Error("the frame of the file is wrong")
		}
		open := map[string]float64{}
		for _, e := range file.TraceEvents {
			if e.Ts == nil || e.Pid == 0 {
				t.Errorf("%+v lacks what all events have", e)
				continue
			}
			switch e.Ph {
			case "M":
				if e.Name != "process_name" && e.Name != "thread_name" && e.Name != "thread_sort_index" || e.Args == nil {
					t.Errorf("metadata %+v", e)
				}
			case "X":
				if e.Dur == nil || *e.Dur < 0 || e.Tid == 0 || e.Name == "" {
					t.Errorf("complete event %+v", e)
				}
			case "b":
				open[e.Cat+e.ID+e.Name] = *e.Ts
			case "e":
				if from, ok := open[e.Cat+e.ID+e.Name]; !ok || from > *e.Ts {
					t.Errorf("asynchronous end without a beginning %+v", e)
				}
			case "s", "f":
				if e.ID == "" || e.Cat == "" || e.Ph == "f" && e.Bp != "e" {
					t.Errorf("flow event %+v", e)
				}
			case "i":
				if e.S != "t" {
					t.Errorf("instant %+v", e)
				}
			default:
				t.Errorf("phase %q", e.Ph)
			}
		}
	}
}

func TestChromeTimesAreMicroseconds(t *testing.T) {
	for _, e := range chrome(t, twoThreads).TraceEvents {
		if e.Name == "waits for Mutex A (Lock)" {
			if *e.Ts != 20_000 || *e.Dur != 40_000 || e.Args["place"] != "In[1]:3" {
				t.Errorf("from %v for %v µs at %v", *e.Ts, *e.Dur, e.Args["place"])
			}
			return
		}
	}
	t.Error("the wait isn't there")
}
