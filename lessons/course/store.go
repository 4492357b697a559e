package course

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/adrg/xdg"
	"github.com/gofrs/flock"

	"lockstep/install/atomicfile"
)

// state is what is known of a learner.
type state struct {
	Version   int                `json:"version"`
	Exercises map[string]*record `json:"exercises"`
}

// record is what a learner has done with one exercise.
type record struct {
	Tries  int       `json:"tries"`
	Hints  int       `json:"hints,omitempty"` // how many have been shown
	Passed time.Time `json:"passed,omitzero"`
}

const version = 1

func (s *state) exercise(id string) *record {
	if s.Exercises[id] == nil {
		s.Exercises[id] = new(record)
	}
	return s.Exercises[id]
}

// passed notes that an exercise is done, and when that was so first.
func (s *state) passed(id string) {
	if x := s.exercise(id); x.Passed.IsZero() {
		x.Passed = time.Now().UTC().Truncate(time.Second)
	}
}

// forget forgets the exercises named, or all where none is.
func (s *state) forget(ids ...string) {
	for id := range s.Exercises {
		if len(ids) == 0 || slices.Contains(ids, id) {
			delete(s.Exercises, id)
		}
	}
}

// store is the file that keeps a learner's progress.
type store struct{ path string }

func open() store { return store{filepath.Join(xdg.DataHome, "lockstep", "progress.json")} }

// update changes the state; other processes wait. A file that can't be
// understood is kept under another name, which is returned.
func (s store) update(change func(*state)) (kept string, err error) {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return "", err
	}
	// A file of its own is locked, since the other one is replaced.
	lock := flock.New(s.path + ".lock")
	if err := lock.Lock(); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	now, err := s.read()
	if err != nil {
		var damaged *damagedError
		if !errors.As(err, &damaged) {
			return "", err
		}
		if kept, err = s.keep(); err != nil {
			return "", err
		}
		now = &state{Version: version, Exercises: map[string]*record{}}
	}
	before, err := json.Marshal(now)
	if err != nil {
		return kept, err
	}
	change(now)
	after, err := json.Marshal(now)
	if err != nil || bytes.Equal(before, after) && kept == "" {
		return kept, err
	}
	text, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		return kept, err
	}
	return kept, atomicfile.Write(s.path, append(text, '\n'), 0o600)
}

// damagedError says that a file does not hold a learner's progress.
type damagedError struct{ err error }

func (e *damagedError) Error() string { return e.err.Error() }

// read returns what the file holds; nothing, if there is none.
func (s store) read() (*state, error) {
	out := &state{Version: version, Exercises: map[string]*record{}}
	text, err := os.ReadFile(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return out, nil
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal(text, out); err != nil {
		return nil, &damagedError{err}
	}
	if out.Version > version {
		return nil, fmt.Errorf("%s is of version %d; this program knows %d", s.path, out.Version, version)
	}
	if out.Version < 1 || out.Exercises == nil {
		return nil, &damagedError{errors.New("it is not a learner's progress")}
	}
	for id, x := range out.Exercises {
		if x == nil || x.Tries < 0 || x.Hints < 0 {
			return nil, &damagedError{fmt.Errorf("exercise %s", id)}
		}
	}
	return out, nil
}

// keep renames the file to the first name that is free.
func (s store) keep() (string, error) {
	for i := 1; ; i++ {
		name := fmt.Sprintf("%s.damaged-%d", s.path, i)
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name, os.Rename(s.path, name)
		}
	}
}
