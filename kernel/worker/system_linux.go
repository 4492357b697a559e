package worker

import "os"

// preferAsOOMVictim raises the process's score for the kernel's choice of what
// to kill when memory runs out. Without /proc there is no such choice to make.
func preferAsOOMVictim() {
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("500"), 0)
}
