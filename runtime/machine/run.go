package machine

import (
	"container/heap"
	"fmt"
	"slices"
	"time"

	"lockstep/runtime/trace"
)

// Run runs the jobs on a machine with the given policy until all processes have
// ended, and returns what happened. What is wrong with the jobs or the options is
// the report's Err.
func Run(jobs []Job, policy Policy, opts ...Option) Report {
	c := config{policy: policy, cpus: 1, devices: map[string]int{}}
	if err := c.check(jobs, opts); err != nil {
		return Report{Policy: policy.name, Err: err}
	}
	m := newMachine(c, jobs)
	m.run()
	return m.report()
}

// The bounds of a run.
const (
	maxProcesses = 10_000
	maxEvents    = 1_000_000

	maxInstructions = 10_000_000
)

// machine is a run that goes on.
type machine struct {
	config
	now     time.Duration
	anyBusy time.Duration
	events  events
	serial  int
	steps   int // instructions done
	init    *process
	all     []*process // by number, from 2
	ready   []*process // in the order in which they became so
	cpus    []*cpu
	devices map[string]*device
	order   []string // the names of the devices as they came up
	err     error

	switches []Switch
	zombies  []ZombieTime
	trace    trace.Recorder
	lanes    map[*process]trace.Lane
	names    map[string]int // how many lanes have each
	gantt    trace.Recorder
}

// cpu is one processor.
type cpu struct {
	id      int
	run     *process // nil if it is idle
	last    *process // whose registers were loaded last
	why     Cause    // the reason why last doesn't run any more
	loading bool     // a context switch goes on
	since   time.Duration
	left    time.Duration // of the slice
	serial  int           // of the event that ends what it does
	busy    time.Duration
	lost    time.Duration // on context switches
	lane    trace.Lane
}

// device serves requests.
type device struct {
	name    string
	servers int
	serving int
	queue   []request
	busy    time.Duration // of all servers together
	queued  time.Duration // of all requests together
}

type request struct {
	p     *process
	d     time.Duration
	since time.Duration
}

// event is something that will happen.
type event struct {
	at     time.Duration
	class  class
	serial int
	cpu    *cpu
	p      *process
	dev    *device
}

// class orders what happens at the same time: whoever becomes ready at the end of a
// slice comes before the process whose slice it was.
type class uint8

const (
	burstEnd class = iota
	loadEnd
	deviceEnd
	sleepEnd
	arrival
	sliceEnd
)

// events is a heap.
type events []event

func (e events) Len() int { return len(e) }

func (e events) Less(i, j int) bool {
	a, b := e[i], e[j]
	switch {
	case a.at != b.at:
		return a.at < b.at
	case a.class != b.class:
		return a.class < b.class
	}
	return a.serial < b.serial
}

func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }

// Push is for container/heap.
func (e *events) Push(x any) { *e = append(*e, x.(event)) }

// Pop is for container/heap.
func (e *events) Pop() any {
	last := len(*e) - 1
	x := (*e)[last]
	*e = (*e)[:last]
	return x
}

func newMachine(c config, jobs []Job) *machine {
	m := &machine{config: c, devices: map[string]*device{}, lanes: map[*process]trace.Lane{}, names: map[string]int{}}
	m.init = &process{pid: 1, name: "init", state: Blocked, doing: say("a child"), began: -1}
	for i := range c.cpus {
		name := fmt.Sprintf("CPU %d", i)
		if c.cpus == 1 {
			name = "CPU"
		}
		m.cpus = append(m.cpus, &cpu{id: i, lane: m.gantt.Lane(name)})
	}
	for i, j := range jobs {
		p := m.add(m.init, j.Name, j.Priority, j.Program.compile())
		p.job = i
		m.schedule(event{at: j.Arrival, class: arrival, p: p})
	}
	return m
}

// add puts a new process into the table.
func (m *machine) add(parent *process, name string, priority int, c code) *process {
	pid := len(m.all) + 2
	if name == "" {
		name = fmt.Sprintf("P%d", pid)
	}
	p := &process{pid: pid, name: name, priority: priority, parent: parent, code: c, random: newRandom(m.seed, pid), began: -1, ended: -1, reaped: -1}
	m.all = append(m.all, p)
	return p
}

func (m *machine) schedule(e event) int {
	if e.at < m.now { // the clock has come to its end
		m.fail("Run", ErrTooLong)
		return 0
	}
	m.serial++
	e.serial = m.serial
	heap.Push(&m.events, e)
	return e.serial
}

func (m *machine) fail(where string, err error) {
	if m.err == nil {
		m.err = &Error{where, err}
	}
}

func (m *machine) run() {
	for n := 0; len(m.events) > 0 && m.err == nil; {
		m.advance(m.events[0].at)
		for len(m.events) > 0 && m.events[0].at == m.now && m.err == nil {
			m.happen(heap.Pop(&m.events).(event))
			if n++; n > maxEvents {
				m.fail("Run", ErrTooLong)
			}
		}
		m.dispatch()
	}
	for _, c := range m.cpus {
		m.gantt.Record(trace.Event{At: m.now, Lane: c.lane, Kind: trace.End})
	}
}

// advance moves the clock.
func (m *machine) advance(to time.Duration) {
	if slices.ContainsFunc(m.cpus, func(c *cpu) bool { return c.run != nil && !c.loading }) {
		m.anyBusy += to - m.now
	}
	m.now = to
}

// happen does what an event is about, if it still is.
func (m *machine) happen(e event) {
	switch e.class {
	case arrival:
		m.admit(e.p)
	case burstEnd, loadEnd, sliceEnd:
		if e.cpu.serial != e.serial {
			return
		}
		m.timeout(e.cpu, e.class)
	case deviceEnd:
		m.served(e.dev, e.p)
	case sleepEnd:
		m.wake(e.p, say("has slept"))
	}
}

// admit lets a process come.
func (m *machine) admit(p *process) {
	p.arrival = m.now
	p.since = m.now
	p.parent.children = append(p.parent.children, p)
	name := p.name
	if m.names[name]++; m.names[name] > 1 {
		name = fmt.Sprintf("%s (%d)", name, p.pid)
	}
	lane := m.trace.Lane(name)
	m.lanes[p] = lane
	m.trace.Record(trace.Event{At: m.now, Lane: lane, Kind: trace.Begin, Peer: m.lanes[p.parent]})
	m.enqueue(p, say("new"))
}

// enqueue makes a process ready.
func (m *machine) enqueue(p *process, why string) {
	m.change(p, Ready, why)
	m.ready = append(m.ready, p)
}

func (m *machine) wake(p *process, why string) { m.enqueue(p, why) }

// change gives a process another state.
func (m *machine) change(p *process, s State, doing string) {
	switch spent := m.now - p.since; p.state {
	case Ready:
		p.waited += spent
	case Blocked:
		p.blocked += spent
	}
	p.state, p.doing, p.since = s, doing, m.now
	m.note(p)
	switch {
	case s == Ready:
		m.tell(p, trace.Ready, "", doing)
	case s == Running && len(m.cpus) > 1:
		m.tell(p, trace.Running, fmt.Sprintf("CPU %d", p.on.id), "")
	case s == Running:
		m.tell(p, trace.Running, "", "")
	case s == Zombie && p.parent != m.init:
		m.tell(p, trace.Sleeping, say("zombie"), say("is a zombie"))
	case s == Gone:
		m.tell(p, trace.End, "", "")
	}
}

// note adds to a process's history.
func (m *machine) note(p *process) {
	c := change{at: m.now, state: p.state, doing: p.doing, name: p.name, ppid: p.parent.pid, cpu: -1, regs: p.regs}
	if p.state == Running {
		c.cpu = p.on.id
	}
	if n := len(p.history); n > 0 && p.history[n-1].at == m.now {
		p.history[n-1] = c
		return
	}
	p.history = append(p.history, c)
}

// dispatch gives the processors to those processes that the policy wants to run.
func (m *machine) dispatch() {
	for m.err == nil {
		for m.err == nil && len(m.ready) > 0 {
			c := m.idle(nil)
			if c == nil {
				break
			}
			p := m.take()
			if p == nil {
				return
			}
			m.load(m.idle(p), p)
		}
		if !m.policy.preemptive || len(m.ready) == 0 || !m.preempt() {
			return
		}
	}
}

// idle returns a processor that does nothing: that which p ran on last, if it can.
func (m *machine) idle(p *process) *cpu {
	var found *cpu
	for _, c := range m.cpus {
		if c.run == nil && (found == nil || p != nil && c.last == p) {
			found = c
		}
	}
	return found
}

// take takes the process out of the ready queue that the policy wants to run.
func (m *machine) take() *process {
	i := 0
	if m.policy.pick != nil {
		infos := make([]Info, len(m.ready))
		for j, p := range m.ready {
			infos[j] = p.info()
		}
		if i = m.policy.pick(infos); i < 0 || i >= len(m.ready) {
			m.fail(fmt.Sprintf("%s at %v: %d of %d ready", m.policy.name, m.now, i, len(m.ready)), ErrChoice)
			return nil
		}
	} else {
		i = m.policy.best(m.ready)
	}
	p := m.ready[i]
	m.ready = slices.Delete(m.ready, i, i+1)
	return p
}

// preempt takes a processor from a process that is worse than the best that is
// ready, and reports whether there was one.
func (m *machine) preempt() bool {
	best := m.ready[m.policy.best(m.ready)]
	var worst *cpu
	for _, c := range m.cpus {
		if c.run == nil || c.loading {
			continue
		}
		m.account(c)
		if worst == nil || m.policy.order(c.run, worst.run) >= 0 {
			worst = c
		}
	}
	if worst == nil || m.policy.order(best, worst.run) >= 0 {
		return false
	}
	p := worst.run
	m.release(worst, Preempted)
	m.enqueue(p, say("preempted by %s", best.name))
	return true
}

// load gives a processor to a process, by a context switch unless it has its
// registers still.
func (m *machine) load(c *cpu, p *process) {
	c.run, p.on = p, c
	c.since = m.now
	c.left = m.policy.slice
	if c.last == p {
		m.start(c)
		return
	}
	p.loads++
	s := Switch{At: m.now, CPU: c.id, To: p.name, ToPID: p.pid, Loaded: p.regs, Cause: c.why}
	if c.last != nil {
		s.From, s.FromPID, s.Saved, s.Cost = c.last.name, c.last.pid, c.last.regs, m.cost
	}
	m.switches = append(m.switches, s)
	c.last = p
	if s.Cost == 0 {
		m.start(c)
		return
	}
	c.loading = true
	c.serial = m.schedule(event{at: m.now + s.Cost, class: loadEnd, cpu: c})
	m.gantt.Record(trace.Event{At: m.now, Lane: c.lane, Kind: trace.Sleeping, On: say("switch")})
}

// start lets a processor run the process that it has loaded.
func (m *machine) start(c *cpu) {
	p := c.run
	c.since = m.now
	m.change(p, Running, "")
	if p.began < 0 {
		p.began = m.now
	}
	m.gantt.Record(trace.Event{At: m.now, Lane: c.lane, Kind: trace.Running, Text: p.name})
	m.execute(c)
}

// timeout is called when what a processor does ends.
func (m *machine) timeout(c *cpu, what class) {
	switch what {
	case loadEnd:
		c.loading = false
		c.lost += m.now - c.since
		m.start(c)
	case burstEnd:
		m.account(c)
		c.run.regs = Registers{PC: c.run.regs.PC + 1, SP: c.run.regs.SP}
		m.execute(c)
	case sliceEnd:
		m.account(c)
		if len(m.ready) == 0 {
			c.left = m.policy.slice
			m.compute(c)
			return
		}
		p := c.run
		m.release(c, SliceUsed)
		m.enqueue(p, say(SliceUsed.String()))
	}
}

// account books what a processor has computed up to now.
func (m *machine) account(c *cpu) {
	d := m.now - c.since
	c.since = m.now
	c.busy += d
	c.left -= d
	p := c.run
	p.used += d
	p.burst -= d
	p.regs.AC += d
}

// release takes the process off a processor.
func (m *machine) release(c *cpu, why Cause) {
	c.run, c.why = nil, why
	c.serial = 0
	m.gantt.Record(trace.Event{At: m.now, Lane: c.lane, Kind: trace.End})
}

// compute lets the time pass that the process's burst takes, or what is left of the
// slice.
func (m *machine) compute(c *cpu) {
	e := event{at: m.now + c.run.burst, class: burstEnd, cpu: c}
	if m.policy.slice > 0 && c.left < c.run.burst {
		e.at, e.class = m.now+c.left, sliceEnd
	}
	c.serial = m.schedule(e)
}

// execute does the instructions of the process on a processor until time has to
// pass.
func (m *machine) execute(c *cpu) {
	for p := c.run; m.err == nil; {
		if m.steps++; m.steps > maxInstructions {
			m.fail("Run", ErrTooLong)
			return
		}
		if p.burst > 0 {
			m.compute(c)
			return
		}
		if p.regs.PC >= len(p.code) {
			m.exit(c, 0)
			return
		}
		in := &p.code[p.regs.PC]
		switch in.op {
		case opCompute:
			p.burst = p.duration(in)
			p.regs.AC = 0
			continue
		case opIO:
			p.regs.PC++
			m.block(c, in.name)
			m.request(in.name, p, p.duration(in))
			return
		case opSleep:
			p.regs.PC++
			m.block(c, say("sleep"))
			m.tell(p, trace.Sleeping, "", "")
			m.schedule(event{at: m.now + p.duration(in), class: sleepEnd, p: p})
			return
		case opYield:
			p.regs.PC++
			if len(m.ready) > 0 {
				m.release(c, Yielded)
				m.enqueue(p, say(Yielded.String()))
				return
			}
			continue
		case opFork:
			m.fork(p, in)
		case opExec:
			p.name, p.code, p.loops = in.name, in.code, nil
			p.regs = Registers{}
			m.tell(p, trace.Mark, "", say("exec %s", in.name))
			m.note(p)
			continue
		case opWait:
			if !m.await(c, in.n == 0) {
				return
			}
			continue
		case opExit:
			m.exit(c, in.n)
			return
		case opLoop:
			p.loops = append(p.loops, in.n)
			p.regs.SP++
			p.regs.PC++
			continue
		case opNext:
			last := len(p.loops) - 1
			if p.loops[last]--; p.loops[last] > 0 {
				p.regs.PC = in.target + 1
				continue
			}
			p.loops = p.loops[:last]
			p.regs.SP--
			p.regs.PC++
			continue
		}
	}
}

// duration returns how long an instruction takes.
func (p *process) duration(in *instr) time.Duration {
	if in.random {
		return p.random.exponential(in.d)
	}
	return in.d
}

// block takes the process off a processor until something wakes it.
func (m *machine) block(c *cpu, on string) {
	p := c.run
	m.release(c, OnBlocked)
	m.change(p, Blocked, on)
}

// tell adds to the trace of a process.
func (m *machine) tell(p *process, kind trace.Kind, on, text string) {
	m.trace.Record(trace.Event{At: m.now, Lane: m.lanes[p], Kind: kind, On: on, Text: text})
}

// request queues for a device.
func (m *machine) request(name string, p *process, d time.Duration) {
	dev := m.devices[name]
	if dev == nil {
		dev = &device{name: name, servers: max(1, m.config.devices[name])}
		m.devices[name] = dev
		m.order = append(m.order, name)
	}
	if dev.queue = append(dev.queue, request{p, d, m.now}); dev.serving == dev.servers {
		m.tell(p, trace.Blocked, name, "")
	}
	m.serve(dev)
}

// serve lets a device do what is queued, as far as it can.
func (m *machine) serve(dev *device) {
	for dev.serving < dev.servers && len(dev.queue) > 0 {
		r := dev.queue[0]
		dev.queue = slices.Delete(dev.queue, 0, 1)
		dev.serving++
		dev.busy += r.d
		dev.queued += m.now - r.since
		m.tell(r.p, trace.Sleeping, dev.name, "")
		m.schedule(event{at: m.now + r.d, class: deviceEnd, p: r.p, dev: dev})
	}
}

func (m *machine) served(dev *device, p *process) {
	dev.serving--
	m.wake(p, say("%s is done", dev.name))
	m.serve(dev)
}

// fork makes a copy of p.
func (m *machine) fork(p *process, in *instr) {
	if len(m.all) >= maxProcesses {
		m.fail(fmt.Sprintf("%s (%d)", p.name, p.pid), ErrTooManyProcesses)
		return
	}
	child := m.add(p, p.name, p.priority, p.code)
	child.job = p.job
	child.loops = slices.Clone(p.loops)
	child.regs = Registers{PC: p.regs.PC + 1, SP: p.regs.SP}
	p.regs.PC = in.target
	m.admit(child)
}

// await is the system call wait. It reports whether the process can go on.
func (m *machine) await(c *cpu, all bool) bool {
	p := c.run
	for len(p.children) > 0 {
		i := slices.IndexFunc(p.children, func(q *process) bool { return q.state == Zombie })
		if i < 0 {
			p.waiting = true
			m.block(c, say("a child"))
			m.tell(p, trace.Blocked, say("a child"), "")
			return false
		}
		m.reap(p.children[i])
		if !all {
			break
		}
	}
	p.regs.PC++
	return true
}

// exit is the system call exit: of the process on c.
func (m *machine) exit(c *cpu, status int) {
	p := c.run
	p.status, p.ended = status, m.now
	m.release(c, HasEnded)
	for _, child := range slices.Clone(p.children) {
		m.adopt(child)
	}
	m.change(p, Zombie, "")
	switch {
	case p.parent == m.init:
		m.reap(p)
	case p.parent.waiting:
		p.parent.waiting = false
		m.wake(p.parent, say("%s has ended", p.name))
	}
}

// adopt makes init the parent of a process whose own has ended.
func (m *machine) adopt(child *process) {
	child.parent.forget(child)
	child.parent = m.init
	m.init.children = append(m.init.children, child)
	if child.state == Zombie {
		m.reap(child)
		return
	}
	child.orphan = true
	m.tell(child, trace.Mark, "", say("adopted by init"))
	m.note(child)
}

// reap takes a zombie out of the process table.
func (m *machine) reap(p *process) {
	if p.ended < m.now {
		m.zombies = append(m.zombies, ZombieTime{p.pid, p.name, p.ended, m.now, p.parent.name})
	}
	p.reaped = m.now
	p.parent.forget(p)
	m.change(p, Gone, "")
}
