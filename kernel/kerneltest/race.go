package kerneltest

import (
	"bytes"
	"errors"
	"os"
	"sync"
)

// raceReports looks for the race detector's reports in what a process writes to
// stderr: they must fail the test, not just be written.
type raceReports struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (r *raceReports) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text = append(r.text, p...)
	return len(p), nil
}

func (r *raceReports) err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if bytes.Contains(r.text, []byte("WARNING: DATA RACE")) {
		return errors.New("the kernel has a data race: see its stderr")
	}
	return nil
}

// raceEnv shortens the second for which each process with the race detector
// sleeps at its end; there are two for each kernel.
func raceEnv() []string {
	if !raceEnabled || os.Getenv("GORACE") != "" {
		return nil
	}
	return []string{"GORACE=atexit_sleep_ms=50"}
}
