package processes

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"lockstep/runtime/internal/encode"
	"lockstep/runtime/internal/proc"
	"lockstep/runtime/internal/render"
	"lockstep/runtime/internal/sched"
	"lockstep/runtime/internal/scope"
	"lockstep/runtime/support/jobs"
)

// workerService is what a process does that calls functions for the one that has
// started it.
const workerService = "worker"

func init() { services[workerService] = serveCalls }

// The first byte of what a worker is sent.
const (
	toLoad = 'i' // an image
	toCall = 'c' // a target and its arguments
)

// The first byte of a worker's answer.
const (
	answerValue  = 'v' // the result
	answerError  = 'e' // the result, and an error
	answerPanic  = 'p' // the value, and the frames
	answerFailed = 'f' // why the call could not be made
)

// serveCalls calls functions until nobody is there who wants it.
func serveCalls(control *proc.Conn) func() {
	return func() {
		var failed error // to load what a call needs
		for {
			message, err := control.Receive(proc.Forever, nil)
			if err != nil || len(message) == 0 {
				return
			}
			switch message[0] {
			case toLoad:
				if err := proc.Current.Load(message[1:]); err != nil {
					failed = err
				}
			case toCall:
				out := answer(message[1:], failed)
				if control.Send(nil, append([]byte{fromService}, out...)) != nil {
					return
				}
			}
		}
	}
}

// answer makes a call.
func answer(message []byte, failed error) []byte {
	if failed != nil {
		return tell(answerFailed, failed)
	}
	d := encode.NewDecoder(proc.Current, message)
	target, err := d.Text()
	if err != nil {
		return tell(answerFailed, err)
	}
	args, err := decodeArguments(d)
	if err != nil {
		return tell(answerFailed, err)
	}
	f, in, err := callOf(target, args)
	if err != nil {
		return tell(answerFailed, err)
	}
	kind, values := outcome(f, in, reported)
	return tell(kind, values...)
}

// tell encodes an answer.
func tell(kind byte, values ...any) []byte {
	e := encode.NewEncoder(proc.Current)
	for _, v := range values {
		if err := e.Value(v); err != nil {
			return append([]byte{answerFailed}, message(fmt.Errorf("the result: %w", err))...)
		}
	}
	return append([]byte{kind}, e.Bytes()...)
}

// message encodes an error, which can always be done.
func message(err error) []byte {
	bytes, _ := encode.Marshal(proc.Current, err.Error())
	return bytes
}

var errorType = reflect.TypeFor[error]()

// outcome is what a function returns, or panics with, in which calls. The caller of
// frames is the deferred function that has recovered the panic.
func outcome(f reflect.Value, in []reflect.Value, frames func(value any) []string) (kind byte, values []any) {
	defer func() {
		if value := recover(); value != nil {
			kind, values = answerPanic, []any{panicked(value), frames(value)}
		}
	}()
	kind, values = answerValue, []any{nil}
	out := f.Call(in)
	if len(out) == 2 && out[1].Type() == errorType {
		kind = answerError
		values = append(values, proc.Current.Box(out[1]))
	}
	if len(out) > 0 {
		values[0] = proc.Current.Box(out[0])
	}
	return kind, values
}

// reported are the calls that led to a panic, as its report has them.
func reported(value any) []string {
	var report bytes.Buffer
	proc.Current.ReportPanic(&report, "", value)
	var frames []string
	for line := range strings.Lines(report.String()) {
		if frame, ok := strings.CutPrefix(line, "\t"); ok {
			frames = append(frames, strings.TrimSuffix(frame, "\n"))
		}
	}
	return frames
}

// panicked is the value of a panic, or its text where that can't go to another
// process.
func panicked(value any) any {
	told := scope.PanicValue(value)
	if _, err := encode.Marshal(proc.Current, told); err != nil {
		return render.PanicText(told)
	}
	return told
}

// WorkerError says that a process ended that worked for others.
type WorkerError struct {
	Name string
	PID  int
	Code int // its exit code
}

func (e *WorkerError) Error() string {
	return fmt.Sprintf("the worker %s, process %d, ended with the exit code %d", e.Name, e.PID, e.Code)
}

// call is a call as a worker gets it.
type call struct {
	bytes  []byte
	images int // how many images it needs
}

// crew is what the workers of one executor have in common.
type crew struct {
	name        string // of the processes; "" for that of a Process
	daemon      bool
	initializer *call // nil for none
	// lost, unless it is nil, is called when a worker has ended unasked, and returns
	// why the others can't go on.
	lost func(*WorkerError) error

	mu       sync.Mutex
	targets  map[string]bool
	types    map[reflect.Type]bool
	images   [][]byte // what the targets need, in order
	stock    []*worker
	working  map[*worker]bool
	finished error // why the workers have been ended
}

func newCrew(name string, daemon bool) *crew {
	return &crew{name: name, daemon: daemon, targets: map[string]bool{}, types: map[reflect.Type]bool{}, working: map[*worker]bool{}}
}

// prepare is a call of target as workers get it.
func (c *crew) prepare(op *sched.Op, target any, args []any) *call {
	name := targetOf(op, target, args)
	e := encode.NewEncoder(proc.Current)
	e.Text(name)
	if err := encodeArguments(e, args); err != nil {
		Fail(op, op.Kind, err, shown(name))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	fresh := !c.targets[name]
	for t := range e.Seen {
		fresh = fresh || !c.types[t]
	}
	if fresh {
		image, err := proc.Current.Image(name, keys(e.Seen), false)
		if err != nil {
			Fail(op, op.Kind, err, "")
		}
		c.images = append(c.images, image)
		c.targets[name] = true
		for t := range e.Seen {
			c.types[t] = true
		}
	}
	return &call{e.Bytes(), len(c.images)}
}

// worker is a process that makes calls.
type worker struct {
	crew    *crew
	process *Process
	answers chan []byte
	loaded  int // images
	busy    bool
}

// start starts a worker.
func (c *crew) start() (*worker, error) {
	p := newProcess("", nil)
	p.service, p.id.Daemon = workerService, c.daemon
	if c.name != "" {
		p.id.Name = c.name + "-" + p.id.Root
	}
	w := &worker{crew: c, process: p, answers: make(chan []byte, 1)}
	p.heard = func(message []byte) { w.answers <- message }
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.finished != nil {
		return nil, c.finished
	}
	p.mu.Lock()
	err := p.launch()
	p.mu.Unlock()
	if err != nil {
		return nil, err
	}
	c.working[w] = true
	if c.lost != nil {
		go w.watch()
	}
	return w, nil
}

// watch tells of the end of a worker that has nothing to do.
func (w *worker) watch() {
	<-w.process.child.Exited
	w.crew.mu.Lock()
	asked := w.busy || !w.crew.working[w]
	w.crew.mu.Unlock()
	if !asked {
		w.crew.lost(w.failure())
	}
}

// ready is a worker that has made the first call.
func (c *crew) ready() (*worker, error) {
	w, err := c.next()
	if err != nil || c.initializer == nil {
		return w, err
	}
	_, lost, err := w.make(c.initializer)
	if lost != nil {
		err = lost
	}
	if err != nil {
		w.close()
		return nil, fmt.Errorf("the initializer of a worker: %w", err)
	}
	return w, nil
}

// next is a worker in stock, or a new one.
func (c *crew) next() (*worker, error) {
	for {
		c.mu.Lock()
		if len(c.stock) == 0 {
			c.mu.Unlock()
			return c.start()
		}
		w := c.stock[0]
		c.stock = c.stock[1:]
		c.mu.Unlock()
		if !hasEnded(w.process.child) {
			return w, nil
		}
		w.close() // a cell's end has ended it
	}
}

// finish ends all workers.
func (c *crew) finish(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.finished != nil {
		return
	}
	c.finished = why
	for w := range c.working {
		_ = w.process.child.Terminate() // it may have ended
	}
}

// set says whether the worker has something to do.
func (w *worker) set(busy bool) {
	w.crew.mu.Lock()
	defer w.crew.mu.Unlock()
	w.busy = busy
}

// make has the worker make a call. lost says that it has ended instead.
func (w *worker) make(what *call) (value any, lost *WorkerError, err error) {
	w.set(true)
	child := w.process.child
	w.crew.mu.Lock()
	images := slices.Clone(w.crew.images[w.loaded:max(w.loaded, what.images)])
	w.crew.mu.Unlock()
	for _, image := range images {
		if err := child.Control.Send(Cancelled(), append([]byte{toLoad}, image...)); err != nil {
			return w.unsent(err)
		}
		w.loaded++
	}
	if err := child.Control.Send(Cancelled(), append([]byte{toCall}, what.bytes...)); err != nil {
		return w.unsent(err)
	}
	select {
	case message := <-w.answers:
		return w.answered(message)
	case <-child.Exited:
	case <-Cancelled():
		interrupted(proc.ErrCancelled)
	}
	select {
	case message := <-w.answers: // its last
		return w.answered(message)
	default:
		return nil, w.failure(), nil
	}
}

// unsent is why the worker could not be sent something.
func (w *worker) unsent(err error) (any, *WorkerError, error) {
	interrupted(err)
	if errors.Is(err, proc.ErrTooLarge) {
		w.set(false)
		return nil, nil, err
	}
	<-w.process.child.Exited
	return nil, w.failure(), nil
}

// failure says how the worker ended.
func (w *worker) failure() *WorkerError {
	return &WorkerError{w.process.id.Name, w.process.id.PID, w.process.child.Code}
}

func (w *worker) answered(message []byte) (value any, lost *WorkerError, err error) {
	w.set(false)
	value, err = read(w.process.id.Name, message)
	return value, nil, err
}

// read is what the answer of a worker says.
func read(worker string, message []byte) (any, error) {
	d := encode.NewDecoder(proc.Current, message[1:])
	first, err := d.Value()
	if err != nil {
		return nil, err
	}
	switch message[0] {
	case answerValue:
		return first, nil
	case answerFailed:
		return nil, fmt.Errorf("%w: %v", ErrCall, first)
	}
	second, err := d.Value()
	if err != nil {
		return nil, err
	}
	if message[0] == answerError {
		err, _ := second.(error)
		return first, err
	}
	frames, _ := second.([]string)
	return nil, &jobs.PanicError{Value: first, Thread: worker, Frames: frames}
}

// close ends the worker, which has time for that unless it has something to do.
func (w *worker) close() {
	w.crew.mu.Lock()
	delete(w.crew.working, w)
	busy := w.busy
	w.crew.mu.Unlock()
	child := w.process.child
	if busy {
		_ = child.Kill() // it may have ended
	} else {
		_ = child.Control.Close()
		select {
		case <-child.Exited:
		case <-Cancelled():
			_ = child.Kill()
		}
	}
	<-child.Exited
	w.process.reap(child)
}

// hand is a thread's worker: one after the other.
type hand struct {
	crew *crew
	w    *worker // nil for none
}

var _ jobs.Worker = (*hand)(nil)

// hand makes what runs the jobs of a thread.
func (c *crew) hand() (jobs.Worker, error) {
	w, err := c.ready()
	if err != nil {
		return nil, err
	}
	return &hand{c, w}, nil
}

// Run implements jobs.Worker.
func (h *hand) Run(j jobs.Job) (value any, err, broken error) {
	if h.w != nil && hasEnded(h.w.process.child) {
		if broken := h.gone(h.w.failure()); h.crew.lost != nil {
			return nil, broken, broken
		}
	}
	if h.w == nil {
		if h.w, err = h.crew.ready(); err != nil {
			return nil, err, err
		}
	}
	value, lost, err := h.w.make(j.Prepared.(*call))
	if lost == nil {
		return value, err, nil
	}
	err = h.gone(lost)
	if h.crew.lost != nil {
		broken = err
	}
	return nil, err, broken
}

// gone deals with the end of the worker, and returns what to say of it.
func (h *hand) gone(lost *WorkerError) error {
	w := h.w
	h.w = nil
	w.close()
	h.crew.mu.Lock()
	finished := h.crew.finished
	h.crew.mu.Unlock()
	switch {
	case finished != nil:
		return finished
	case h.crew.lost != nil:
		return h.crew.lost(lost)
	}
	return lost
}

// Close implements jobs.Worker.
func (h *hand) Close() {
	if h.w != nil {
		h.w.close()
	}
}
