package proc

// namedDir is where shared memory has names, as shm_open has them.
func namedDir() string { return "/dev/shm" }
