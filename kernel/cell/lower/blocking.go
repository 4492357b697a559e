package lower

// blocking are the methods of the library that may wait for another goroutine, and
// the native functions in their place: those end when the user interrupts the
// cell, and say that they wait.
var blocking = map[string]string{
	"(*sync.Mutex).Lock":     "Lock",
	"(*sync.RWMutex).Lock":   "WriteLock",
	"(*sync.RWMutex).RLock":  "ReadLock",
	"(*sync.WaitGroup).Wait": "WaitGroupWait",
	"(*sync.Cond).Wait":      "CondWait",
}
