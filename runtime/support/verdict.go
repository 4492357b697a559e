package support

import "lockstep/runtime/internal/scope"

// Verdict tells whoever runs the calling cell how an exercise was checked, if that
// is somebody who wants to know. reasons say why it isn't passed.
func Verdict(exercise string, passed bool, reasons []string) error {
	if examiner, ok := scope.Current().Host.(scope.Examiner); ok {
		return examiner.Verdict(exercise, passed, reasons)
	}
	return nil
}
