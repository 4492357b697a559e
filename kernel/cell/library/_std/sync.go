package sync

import "sync"

type Once = sync.Once
