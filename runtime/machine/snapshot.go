package machine

import (
	"fmt"
	"html"
	"sort"
	"strings"
	"time"

	"lockstep/runtime/internal/grid"
)

// ProcessTable is the process table at one moment. A notebook shows it as a table;
// it prints as text.
type ProcessTable struct {
	At   time.Duration
	Rows []ProcessRow
}

// ProcessRow is a process's entry in the table.
type ProcessRow struct {
	PID, Parent int
	Name        string
	State       State
	// CPU is the processor that it has; -1 if it has none.
	CPU int
	// Why says what a blocked process waits for, and how a ready one became so.
	Why string
	// Saved are the registers that a context switch has saved, or the process began
	// with; those of a running process are in its processor, and this is what it
	// was loaded with.
	Saved Registers
}

// Table returns the process table at the end of the run: init alone, if it came to
// its end.
func (r Report) Table() ProcessTable { return r.TableAt(r.Elapsed) }

// TableAt returns the process table as it was at the given time, after all that
// happened then.
func (r Report) TableAt(at time.Duration) ProcessTable {
	t := ProcessTable{At: at, Rows: []ProcessRow{{PID: 1, Name: "init", State: Blocked, Why: say("a child"), CPU: -1}}}
	for i, history := range r.histories {
		n := sort.Search(len(history), func(i int) bool { return history[i].at > at })
		if n == 0 || history[n-1].state == Gone {
			continue
		}
		c := history[n-1]
		t.Rows = append(t.Rows, ProcessRow{
			PID: r.Processes[i].PID, Parent: c.ppid, Name: c.name, State: c.state, CPU: c.cpu, Why: c.doing, Saved: c.regs,
		})
	}
	return t
}

func (t ProcessTable) table() grid.Table {
	tab := grid.Table{Class: tableClass, Head: []string{"PID", "PPID", say("process"), say("state"), say("why"), say("registers")}, Numbers: 2}
	for _, r := range t.Rows {
		state, registers := say(r.State.String()), r.Saved.String()
		switch {
		case r.CPU >= 0:
			registers = say("in CPU %d", r.CPU)
		case r.State == Zombie || r.PID == 1:
			registers = "–"
		}
		tab.Add(fmt.Sprint(r.PID), fmt.Sprint(r.Parent), r.Name, state, r.Why, registers)
	}
	return tab
}

// String returns the table as text, without a line feed at the end.
func (t ProcessTable) String() string {
	return say("process table at %s", grid.Duration(t.At)) + "\n" + t.table().Text()
}

// HTML returns the table for a notebook.
func (t ProcessTable) HTML() string {
	return "<p>" + html.EscapeString(say("process table at %s", grid.Duration(t.At))) + "</p>\n" + t.table().HTML()
}

// Tree is the family of init. It prints as text.
type Tree struct {
	title string
	names map[int]string
	of    map[int][]int
}

// Tree returns who was whose child, of all processes that there were, with their
// exit statuses. An orphan stands under init, which adopted it.
func (r Report) Tree() Tree {
	t := Tree{title: say("all processes"), names: map[int]string{1: "init (1)"}, of: map[int][]int{}}
	for _, p := range r.Processes {
		name := say("%s (%d) exit %d", p.Name, p.PID, p.Status)
		if p.Orphan {
			name += say(", orphan")
		}
		t.names[p.PID] = name
		t.of[p.Parent] = append(t.of[p.Parent], p.PID)
	}
	return t
}

// TreeAt returns the tree as it was at the given time, with the processes' states.
func (r Report) TreeAt(at time.Duration) Tree {
	t := Tree{title: say("processes at %s", grid.Duration(at)), names: map[int]string{}, of: map[int][]int{}}
	for _, row := range r.TableAt(at).Rows {
		t.names[row.PID] = say("%s (%d) %s", row.Name, row.PID, say(row.State.String()))
		if row.PID != 1 {
			t.of[row.Parent] = append(t.of[row.Parent], row.PID)
		}
	}
	return t
}

// String returns the tree as lines of text, without a line feed at the end.
func (t Tree) String() string {
	lines := []string{t.title, t.names[1]}
	t.lines(&lines, 1, "")
	return strings.Join(lines, "\n")
}

func (t Tree) lines(lines *[]string, pid int, indent string) {
	for i, child := range t.of[pid] {
		branch, more := "├─ ", "│  "
		if i == len(t.of[pid])-1 {
			branch, more = "└─ ", "   "
		}
		*lines = append(*lines, indent+branch+t.names[child])
		t.lines(lines, child, indent+more)
	}
}
