//go:build !linux

package supervisor

// orphans are left to the system here: those of a worker end with it by themselves.
type orphans struct{}

var adopted orphans

// Adopt does nothing on this system: orphaned processes of cells go to its first
// process.
func Adopt() (stop func(), err error) { return func() {}, nil }

func (orphans) start(start func() (pid int, err error)) error {
	_, err := start()
	return err
}

func (orphans) gone(int) {}
