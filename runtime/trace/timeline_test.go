package trace_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"lockstep/runtime/trace"
)

func TestTimelineAsText(t *testing.T) {
	equal(t, feed(t, twoThreads).Timeline().String(), `
time in ms  0        10       20       30       40       50       60       70       80
T1          ███████████████████████████··················██████████████████
  Mutex A   ======================================================
T2                   █████████xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx██████████████████
  Mutex A                                                         ==================
            █ running  x blocked  · sleeping  = holding
T1 holds Mutex A: 0–60 ms, In[1]:3
T2 waits for Mutex A (Lock): 20–60 ms, In[1]:3
T2 holds Mutex A: 60–80 ms, In[1]:3
`)
}

func TestATimelineGoesByStepsWhereNoTimePasses(t *testing.T) {
	equal(t, feed(t, deadlock).Timeline().String(), `
step       1               5
T1         ████░░░░░░░░████xxxx
  Mutex A  ====================
T2         ░░░░████xxxxxxxxxxxx
  Mutex B      ================
           █ running  ░ ready  x blocked  = holding
T1 holds Mutex A: steps 1–5, to the end, In[4]:3
T2 holds Mutex B: steps 2–5, to the end, In[4]:8
T2 waits for Mutex A (Lock): steps 3–5, to the end, In[4]:9
T1: n = 99: step 4, In[4]:4
T1 waits for Mutex B (Lock): step 5, to the end, In[4]:5
`)
}

func TestATimelineShowsAPart(t *testing.T) {
	whole := feed(t, twoThreads).Timeline()
	part := whole.Between(65*time.Millisecond, 75*time.Millisecond).String()
	if strings.Contains(part, "waits") || !strings.Contains(part, "T2 holds Mutex A: 60–80 ms") {
		t.Errorf("got\n%s", part)
	}
	if got := whole.Between(50*time.Millisecond, 40*time.Millisecond); got != whole {
		t.Error("an empty part is not the whole")
	}
}

func TestDetailsAreShownAlongStepsOnly(t *testing.T) {
	tr := feed(t, `
	0  T1 Running
	10 T1 Detail text=read_n
	20 T1 Mark   text=n_=_99
	30 T1 End
`)
	for what, shown := range map[string]bool{tr.Timeline().String(): false, string(tr.Timeline().SVG()): false,
		tr.Timeline().BySteps().String(): true, string(tr.Timeline().BySteps().SVG()): true, tr.Table().String(): true} {
		if strings.Contains(what, "read n") != shown || !strings.Contains(what, "n = 99") {
			t.Errorf("details shown: %t, want %t, and the remark n = 99, in\n%s", !shown, shown, what)
		}
	}
}

// pictures are all that the package draws, of several traces.
func pictures(t *testing.T) map[string]string {
	all := map[string]string{}
	for name, lines := range map[string]string{"two threads": twoThreads, "deadlock": deadlock, "nothing": "", "messages": messages, "strange": strange} {
		tr := feed(t, lines)
		all[name+", timeline"] = string(tr.Timeline().SVG())
		all[name+", by steps"] = string(tr.Timeline().BySteps().SVG())
		all[name+", graph"] = string(tr.WaitGraph().SVG())
	}
	return all
}

const messages = `
	0  P Running
	0  C Blocked on=Queue
	10 P Send    message=1 text=item_1
	20 C Receive message=1
	20 C Running
	30 P Send    message=2
	30 C Receive message=3
	40 C Sleeping on=disk
	50 C Running on=CPU_0
	60 C Mark    text=done
`

const strange = `
	0 <script>&"1" Running
	0 <script>&"1" Acquire on=<b>&]]>
	9 很长很长很长很长很长很长的名字 Mark text=<i>
	9 很长很长很长很长很长很长的名字 Blocked on=<b>&]]> place="<&>
`

func TestPicturesAreWellFormedAndPlain(t *testing.T) {
	fraction := regexp.MustCompile(`\d\.\d`)
	for name, svg := range pictures(t) {
		titles := 0
		decoder := xml.NewDecoder(strings.NewReader(svg))
		for {
			token, err := decoder.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, svg)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if start.Name.Local == "title" {
				titles++
			}
			for _, a := range start.Attr {
				if a.Name.Local == "id" || a.Name.Local == "href" || fraction.MatchString(a.Value) {
					t.Errorf("%s: %s has %s=%q", name, start.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
		if titles == 0 || !strings.Contains(svg, `role="img"`) {
			t.Errorf("%s has nothing for screen readers", name)
		}
	}
}

func TestTheSameEventsGiveTheSameBytes(t *testing.T) {
	first, second := pictures(t), pictures(t)
	for name := range first {
		if first[name] != second[name] {
			t.Errorf("%s differs", name)
		}
	}
}

func TestThePictureOfATimelineSaysWhatItsTextSays(t *testing.T) {
	svg := string(feed(t, twoThreads).Timeline().SVG())
	for _, want := range []string{
		"<title>Timeline of 2 lanes, 0–80 ms</title>",
		"<title>T1 runs, 0–30 ms</title>",
		"<title>T1 sleeps, 30–50 ms</title>",
		"<title>T1 holds Mutex A, 0–60 ms, In[1]:3</title>",
		"<title>T1 starts T2, In[1]:9</title>",
		"<title>T2 waits for Mutex A (Lock), 20–60 ms, In[1]:3</title>",
		">running</text>", ">blocked</text>", ">sleeping</text>", ">holding</text>",
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture lacks %s\n%s", want, svg)
		}
	}
	if strings.Contains(svg, ">ready</text>") {
		t.Error("the legend explains what isn't shown")
	}
}

func TestAMessageIsAnArrow(t *testing.T) {
	svg := string(feed(t, messages).Timeline().SVG())
	if !strings.Contains(svg, "<title>P sends item 1 to C</title>") {
		t.Errorf("no arrow in\n%s", svg)
	}
	if strings.Count(svg, `class="arrow"`) != 1 {
		t.Error("a message that was never received, or never sent, has an arrow")
	}
}

func TestANotebookGetsThePictureAndItsText(t *testing.T) {
	line := feed(t, twoThreads).Timeline()
	html := line.HTML()
	if !strings.Contains(html, string(line.SVG())) || !strings.Contains(html, "T2 waits for Mutex A (Lock): 20–60 ms, In[1]:3") {
		t.Errorf("got\n%s", html)
	}
}

func TestALargeTraceMakesASmallPicture(t *testing.T) {
	var rec trace.Recorder
	for i := range 100 {
		lane := rec.Lane(fmt.Sprintf("T%d", i))
		for j := range 1000 {
			at := time.Duration(j) * time.Millisecond
			rec.Record(trace.Event{At: at, Lane: lane, Kind: trace.Running})
			rec.Record(trace.Event{At: at + 1000, Lane: lane, Kind: trace.Blocked, On: "Mutex"})
		}
	}
	tr := rec.Trace()
	for name, text := range map[string]string{
		"by time":  string(tr.Timeline().SVG()),
		"by steps": string(tr.Timeline().BySteps().SVG()),
		"text":     tr.Timeline().String(),
		"table":    tr.Table().HTML(),
	} {
		if len(text) > 1_000_000 {
			t.Errorf("%s has %d bytes", name, len(text))
		}
		if !strings.Contains(text, "… and") {
			t.Errorf("%s doesn't say that it leaves something out", name)
		}
	}
}

func TestTextsOfRemarksThatAreCloseStandAboveEachOther(t *testing.T) {
	var rec trace.Recorder
	lane := rec.Lane("T1")
	for i := range 10 {
		rec.Record(trace.Event{Lane: lane, Kind: trace.Mark, Text: fmt.Sprintf("tickets → %d", 100+i)})
	}
	svg := string(rec.Trace().Timeline().SVG())
	heights := map[string]bool{}
	for _, m := range regexp.MustCompile(`y="(\d+)">tickets → \d+<`).FindAllStringSubmatch(svg, -1) {
		heights[m[1]] = true
	}
	if len(heights) != 2 {
		t.Errorf("they stand at %d heights, want 2:\n%s", len(heights), svg)
	}
	if n := strings.Count(svg, ">tickets → 10"); n != 10 {
		t.Errorf("%d of 10 are whole", n)
	}
}

func TestAWidePictureIsScrolledRatherThanMadeSmall(t *testing.T) {
	var rec trace.Recorder
	lane := rec.Lane("T1")
	for range 60 {
		rec.Record(trace.Event{Lane: lane, Kind: trace.Mark, Text: "n = 1"})
	}
	svg := string(rec.Trace().Timeline().SVG())
	m := regexp.MustCompile(`width="(\d+)" height="\d+" style="min-width:(\d+)px"`).FindStringSubmatch(svg)
	if m == nil || m[1] != m[2] || len(m[1]) < 4 {
		t.Errorf("its width and the least one: %v", m)
	}
}
