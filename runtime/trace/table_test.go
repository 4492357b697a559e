package trace_test

import (
	"strings"
	"testing"

	"lockstep/runtime/trace"
)

func TestTableAsText(t *testing.T) {
	equal(t, feed(t, deadlock).Table().String(), `
step │ T1                    │ T2
─────┼───────────────────────┼──────────────────────
1    │ begins
1    │                       │ begins
1    │ Lock Mutex A  In[4]:3
2    │                       │ Lock Mutex B  In[4]:8
3    │                       │ Lock Mutex A  In[4]:9
3    │                       │ … waits  In[4]:9
4    │ n = 99  In[4]:4
5    │ Lock Mutex B  In[4]:5
5    │ … waits  In[4]:5
`)
}

func TestATableHasTheTimeWhereTimePasses(t *testing.T) {
	equal(t, feed(t, twoThreads).Table().String(), `
step │ time  │ T1                    │ T2
─────┼───────┼───────────────────────┼──────────────────────────
1    │ 0 ms  │ begins
1    │ 0 ms  │ Lock Mutex A  In[1]:3
2    │ 10 ms │                       │ is started by T1  In[1]:9
2    │ 20 ms │                       │ Lock Mutex A  In[1]:3
2    │ 20 ms │                       │ … waits  In[1]:3
3    │ 30 ms │ sleeps
4    │ 60 ms │ has released Mutex A
5    │ 60 ms │                       │ has got Mutex A  In[1]:3
6    │ 70 ms │ ends
7    │ 80 ms │                       │ has released Mutex A
8    │ 80 ms │                       │ ends
`)
}

func TestATableForANotebookEscapesWhatItShows(t *testing.T) {
	html := feed(t, strange).Table().HTML()
	if strings.Contains(html, "<script>") || strings.Contains(html, "<i>") || !strings.Contains(html, "&lt;script&gt;") {
		t.Errorf("got %s", html)
	}
	if !strings.Contains(html, `<th scope="col"`) || !strings.Contains(html, `<th scope="row"`) {
		t.Error("the table has no heads for screen readers")
	}
}

func TestATableCutsThePlaceLast(t *testing.T) {
	var rec trace.Recorder
	lanes := [5]trace.Lane{}
	for i := range lanes {
		lanes[i] = rec.Lane(string(rune('A' + i)))
	}
	rec.Record(trace.Event{Lane: lanes[4], Kind: trace.Mark, Text: strings.Repeat("long ", 10), Place: "In[12]:34"})
	equal(t, rec.Trace().Table().String(), `
step │ A │ B │ C │ D │ E
─────┼───┼───┼───┼───┼───────────────────────────────
1    │   │   │   │   │ long long long lon…  In[12]:34
`)
}
