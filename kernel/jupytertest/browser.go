package jupytertest

import (
	"os/exec"
	"testing"
)

// Browser returns the path of a Chromium or Chrome on the PATH. Without one
// the test ends as Missing says.
func Browser(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, "no Chromium or Chrome on the PATH; on Debian: apt-get install chromium")
	return ""
}
