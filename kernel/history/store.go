// Package history keeps the cells that were executed, across the lives of a
// kernel, in a SQLite file that several kernels may share.
package history

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
)

// The limits of what is kept.
const (
	// MaxCells is how many cells a file holds; the oldest go when it is opened.
	MaxCells = 100_000
	// MaxCode is the longest code that is kept, in bytes; a longer cell is left out.
	MaxCode = 1 << 20
	// MaxOutput is the longest output that is kept, in bytes; of a cell with a
	// longer one, the code alone is kept.
	MaxOutput = 64 << 10
	// maxPending is how many cells may wait for a file that can't be written.
	maxPending = 1000
)

// Entry is one cell that was executed.
type Entry struct {
	// Session numbers the life of a kernel that ran it, from 1.
	Session int
	// Count is the cell's execution count.
	Count int
	Code  string
	// Output is the cell's value as text, nil where none was shown.
	Output *string
}

// Store is the history. Its methods may be called from several goroutines. What
// goes wrong with the file costs a line in the log and never a cell: a damaged
// file is put aside, and where none can be used the history is kept in memory.
type Store struct {
	path string
	logf func(format string, args ...any)

	opened  chan struct{} // closed when db is set
	kick    chan struct{} // there is something to write
	closed  chan struct{} // closed by Close
	written chan struct{} // closed when all is written
	once    sync.Once

	working sync.Mutex // held by who uses what follows
	db      *sql.DB    // nil where none can be had
	session int64      // of this life; 0 until its first cell is written

	mu      sync.Mutex
	pending []Entry
}

// Open returns the history in a file, which is made where there is none and can
// be read by its owner only; with an empty path it is kept in memory. The file is
// opened in the background. Remarks go to logf, a line a call.
func Open(path string, logf func(format string, args ...any)) *Store {
	s := &Store{
		path: path, logf: logf,
		opened: make(chan struct{}), written: make(chan struct{}), kick: make(chan struct{}, 1), closed: make(chan struct{}),
	}
	go s.work()
	return s
}

// work opens the file and writes what comes, so that no cell waits for a disk.
func (s *Store) work() {
	defer close(s.written)
	db := s.open()
	s.working.Lock()
	s.db = db
	s.working.Unlock()
	close(s.opened)
	for {
		select {
		case <-s.kick:
			s.flush()
		case <-s.closed:
			s.flush()
			return
		}
	}
}

// Add adds a cell to the present session. It doesn't wait for the file.
func (s *Store) Add(count int, code string, output *string) {
	if len(code) > MaxCode {
		return
	}
	if output != nil && len(*output) > MaxOutput {
		output = nil
	}
	s.mu.Lock()
	s.pending = append(s.pending, Entry{Count: count, Code: code, Output: output})
	if n := len(s.pending) - maxPending; n > 0 {
		s.pending = s.pending[n:]
	}
	s.mu.Unlock()
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// flush writes what is pending. What can't be written stays so.
func (s *Store) flush() {
	s.working.Lock()
	defer s.working.Unlock()
	s.flushLocked()
}

func (s *Store) flushLocked() {
	s.mu.Lock()
	entries := s.pending
	s.pending = nil
	s.mu.Unlock()
	if len(entries) == 0 {
		return
	}
	err := s.write(entries)
	if isDamaged(err) {
		s.mend(err)
		err = s.write(entries)
	}
	if err != nil {
		s.logf("history: %v", err)
		s.mu.Lock()
		s.pending = append(entries, s.pending...)
		s.mu.Unlock()
	}
}

// write writes entries in one transaction, and the session before its first.
func (s *Store) write(entries []Entry) error {
	if s.db == nil {
		return errNoDatabase
	}
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing after Commit
	session := s.session
	if session == 0 {
		made, err := tx.Exec(`INSERT INTO sessions (start) VALUES (datetime('now'))`)
		if err != nil {
			return err
		}
		if session, err = made.LastInsertId(); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if _, err := tx.Exec(`INSERT INTO cells (session, count, code, output) VALUES (?, ?, ?, ?)`, session, e.Count, e.Code, e.Output); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	s.session = session
	return nil
}

var (
	// ErrClosed is returned by the queries of a closed Store.
	ErrClosed     = errors.New("history: closed")
	errNoDatabase = errors.New("there is no database")
)

// query returns entries, which rows yields newest first, oldest first.
func (s *Store) query(where string, args ...any) ([]Entry, error) {
	<-s.opened
	select {
	case <-s.closed:
		return nil, ErrClosed
	default:
	}
	s.working.Lock()
	defer s.working.Unlock()
	s.flushLocked()
	found, err := s.read(where, args...)
	if isDamaged(err) {
		s.mend(err)
		found, err = s.read(where, args...)
	}
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	return found, nil
}

func (s *Store) read(where string, args ...any) ([]Entry, error) {
	if s.db == nil {
		return nil, errNoDatabase
	}
	rows, err := s.db.Query(`SELECT session, count, code, output FROM cells `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := []Entry{}
	for rows.Next() {
		var e Entry
		if err := rows.Scan(&e.Session, &e.Count, &e.Code, &e.Output); err != nil {
			return nil, err
		}
		found = append(found, e)
	}
	return found, rows.Err()
}

// Tail returns the newest n cells of all sessions, the oldest first; all for n ≤ 0.
func (s *Store) Tail(n int) ([]Entry, error) {
	return s.query(`WHERE id IN (SELECT id FROM cells ORDER BY id DESC LIMIT ?) ORDER BY id`, limit(n))
}

// Range returns the cells of a session whose execution counts are from start to
// before stop; to the last for stop ≤ 0. Session 0 is the present one, -1 that
// before it which has cells, and so on.
func (s *Store) Range(session, start, stop int) ([]Entry, error) {
	if stop <= 0 {
		stop = math.MaxInt
	}
	number := `?1`
	if session <= 0 {
		<-s.opened
		s.flush()
		s.working.Lock()
		present := s.session
		s.working.Unlock()
		switch {
		case session == 0:
			session = int(present)
		case present == 0:
			// Nothing was run yet in this life: the one before is the newest.
			number = `(SELECT session FROM sessions ORDER BY session DESC LIMIT 1 OFFSET -1 - (?1))`
		default:
			number = fmt.Sprintf(`(SELECT session FROM sessions WHERE session < %d ORDER BY session DESC LIMIT 1 OFFSET -1 - (?1))`, present)
		}
	}
	return s.query(`WHERE session = `+number+` AND count >= ?2 AND count < ?3 ORDER BY id`, session, start, stop)
}

// Search returns the newest n cells of all sessions, the oldest first, whose whole
// code matches a pattern, in which * stands for any text and ? for any one
// character; all for n ≤ 0, and all code for an empty pattern. With unique, of
// cells with the same code only the newest counts.
func (s *Store) Search(pattern string, n int, unique bool) ([]Entry, error) {
	if pattern == "" {
		pattern = "*"
	}
	// Brackets are frequent in code: they stand for themselves, unlike in SQLite.
	pattern = strings.ReplaceAll(pattern, "[", "[[]")
	newest := `SELECT id FROM cells WHERE code GLOB ?1 ORDER BY id DESC LIMIT ?2`
	if unique {
		newest = `SELECT max(id) FROM cells WHERE code GLOB ?1 GROUP BY code ORDER BY max(id) DESC LIMIT ?2`
	}
	return s.query(`WHERE id IN (`+newest+`) ORDER BY id`, pattern, limit(n))
}

// limit is SQL's LIMIT for a wish in which 0 is all.
func limit(n int) int {
	if n <= 0 {
		return -1
	}
	return n
}

// Close writes what is left and closes the file. Cells that are added later are lost.
func (s *Store) Close() error {
	s.once.Do(func() { close(s.closed) })
	<-s.written
	s.working.Lock()
	defer s.working.Unlock()
	if s.db == nil {
		return nil
	}
	return s.db.Close()
}
