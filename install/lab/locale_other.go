//go:build !windows

package lab

import "os"

// locale is what the environment says.
func locale() string { return posixLocale(os.Getenv) }
