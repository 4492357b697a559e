package worker

import (
	"runtime"
	"time"
)

// atBaseline reports whether no cell's goroutine is left. A goroutine that has
// told others of its end, by a channel or a WaitGroup, still needs a moment to
// go; the wait spares such cells the look at every goroutine.
func (w *worker) atBaseline() bool {
	for pause := 5 * time.Microsecond; ; pause *= 2 {
		if runtime.NumGoroutine() <= w.baseline {
			return true
		}
		if pause > 500*time.Microsecond {
			return false
		}
		time.Sleep(pause)
	}
}
