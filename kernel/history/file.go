package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// schema is the version of the tables, kept as the file's user_version.
	schema = 1
	tables = `
CREATE TABLE IF NOT EXISTS sessions (session INTEGER PRIMARY KEY AUTOINCREMENT, start TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cells (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, count INTEGER NOT NULL, code TEXT NOT NULL, output TEXT);
CREATE INDEX IF NOT EXISTS cells_of_a_session ON cells (session, count);
`
	// busyTime is how long another kernel may have the file locked.
	busyTime = 2 * time.Second
)

// open opens the file, or a database in memory where that can't be.
func (s *Store) open() *sql.DB {
	if s.path == "" {
		return s.inMemory()
	}
	db, err := s.openFile(shared)
	if isDamaged(err) {
		db, err = s.openFile(alone)
	}
	if err != nil {
		s.logf("history: %s can't be used, this session's cells are kept in memory only: %v", s.path, err)
		return s.inMemory()
	}
	return db
}

// mend replaces a file that turned out to be damaged, or that another kernel has
// found to be so. The caller holds working.
func (s *Store) mend(cause error) {
	_ = s.db.Close() // of no more use
	s.session = 0
	s.logf("history: %v", cause)
	s.db = s.open()
}

// Whether other kernels may open the file meanwhile. None must while it is put
// aside: SQLite finds a file's journal by its name, and would take that of the new
// file for one of the old.
const (
	shared = false
	alone  = true
)

// openFile opens the file, makes its tables and has it checked. Alone, it puts a
// damaged file aside.
func (s *Store) openFile(alone bool) (*sql.DB, error) {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(s.path+".lock", flock.SetPermissions(0o600))
	defer func() { _ = lock.Unlock() }()
	ctx, cancel := context.WithTimeout(context.Background(), busyTime)
	defer cancel()
	try := lock.TryRLockContext
	if alone {
		try = lock.TryLockContext
	}
	// Where files can't be locked, there is hardly a second kernel either.
	if locked, err := try(ctx, 5*time.Millisecond); alone && !locked {
		return nil, fmt.Errorf("it is damaged, and others use it: %w", err)
	}
	db, err := openFile(s.path)
	if !alone || !isDamaged(err) {
		return db, err
	}
	aside := s.path + ".damaged"
	if err := errors.Join(os.Rename(s.path, aside), removeJournal(s.path)); err != nil {
		return nil, err
	}
	s.logf("history: %s is damaged, and now %s: %v", s.path, aside, err)
	return openFile(s.path)
}

func removeJournal(path string) error {
	err := os.Remove(path + "-journal")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// maxCells is MaxCells, but for tests.
var maxCells = MaxCells

// openFile is the method's work on a file that is locked.
func openFile(path string) (*sql.DB, error) {
	// SQLite would make the file as the umask has it. Its journal takes after it.
	// One that is there must not be opened: closing it would end all locks that
	// this process has on it.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = file.Close()
	} else if errors.Is(err, fs.ErrExist) {
		err = keepPrivate(path)
	}
	if err != nil {
		return nil, err
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := filepath.ToSlash(path)
	if name[0] != '/' {
		name = "/" + name // a drive
	}
	return prepare((&url.URL{Scheme: "file", OmitHost: true, Path: name}).String())
}

// keepPrivate lets nobody but its owner read a file that is there.
func keepPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is no file")
	}
	return os.Chmod(path, 0o600)
}

// inMemory is nil where not even that can be had.
func (s *Store) inMemory() *sql.DB {
	db, err := prepare("file::memory:")
	if err != nil {
		s.logf("history: a database in memory: %v", err)
	}
	return db
}

func prepare(name string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", name+"?_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one in memory exists once a connection; and settings are a connection's
	if err := setUp(db); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// setUp checks a database and makes what it lacks.
func setUp(db *sql.DB) error {
	if _, err := db.Exec(fmt.Sprintf(`PRAGMA busy_timeout = %d; PRAGMA synchronous = NORMAL`, busyTime.Milliseconds())); err != nil {
		return err
	}
	var found string
	if err := db.QueryRow(`PRAGMA quick_check(1)`).Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return &damagedError{found}
	}
	var version int
	if err := db.QueryRow(`PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	if version > schema {
		return fmt.Errorf("it is of version %d, and this program knows versions up to %d", version, schema)
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing after Commit
	for _, statement := range []string{
		tables,
		fmt.Sprintf(`PRAGMA user_version = %d`, schema),
		fmt.Sprintf(`DELETE FROM cells WHERE id <= (SELECT max(id) FROM cells) - %d`, maxCells),
		`DELETE FROM sessions WHERE session < (SELECT min(session) FROM cells)`,
	} {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`SELECT id, session, count, code, output FROM cells LIMIT 0`); err != nil {
		return &damagedError{err.Error()} // somebody else's tables
	}
	return tx.Commit()
}

// damagedError is what SQLite's own check of a file finds.
type damagedError struct{ found string }

func (e *damagedError) Error() string { return e.found }

// isDamaged reports whether an error says that a file is no sound database of ours.
func isDamaged(err error) bool {
	var damaged *damagedError
	if errors.As(err, &damaged) {
		return true
	}
	var failed *sqlite.Error
	if !errors.As(err, &failed) {
		return false
	}
	if failed.Code() == sqlite3.SQLITE_READONLY_DBMOVED {
		return true // another kernel has put it aside
	}
	switch failed.Code() & 0xff { // without the extension
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	}
	return false
}
