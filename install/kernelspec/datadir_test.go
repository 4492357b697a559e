package kernelspec

import (
	"path/filepath"
	"testing"
)

func TestUserDataDir(t *testing.T) {
	home := t.TempDir()
	for _, test := range []struct {
		name, goos string
		env        map[string]string
		want       string
	}{
		{"told", "linux", map[string]string{"JUPYTER_DATA_DIR": "/data", "XDG_DATA_HOME": "/xdg"}, "/data"},
		{"linux", "linux", nil, filepath.Join(home, ".local", "share", "jupyter")},
		{"linux with XDG", "linux", map[string]string{"XDG_DATA_HOME": "/xdg"}, "/xdg/jupyter"},
		{"macOS", "darwin", nil, filepath.Join(home, "Library", "Jupyter")},
		{"macOS ignores XDG", "darwin", map[string]string{"XDG_DATA_HOME": "/xdg"}, filepath.Join(home, "Library", "Jupyter")},
		{"windows", "windows", map[string]string{"APPDATA": "/roaming", "XDG_DATA_HOME": "/xdg"}, "/roaming/jupyter"},
		{"windows without APPDATA", "windows", nil, filepath.Join(home, ".jupyter", "data")},
	} {
		t.Run(test.name, func(t *testing.T) {
			getenv := func(key string) string { return test.env[key] }
			got, err := userDataDir(test.goos, getenv, func() (string, error) { return home, nil })
			if err != nil || filepath.ToSlash(got) != filepath.ToSlash(test.want) {
				t.Errorf("userDataDir = %q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestSystemDataDir(t *testing.T) {
	none := func(string) string { return "" }
	if got, err := systemDataDir("linux", none); got != "/usr/local/share/jupyter" || err != nil {
		t.Errorf("on Linux it is %q, %v", got, err)
	}
	some := func(key string) string { return map[string]string{"PROGRAMDATA": "/pd"}[key] }
	if got, err := systemDataDir("windows", some); filepath.ToSlash(got) != "/pd/jupyter" || err != nil {
		t.Errorf("on Windows it is %q, %v", got, err)
	}
	if _, err := systemDataDir("windows", none); err == nil {
		t.Error("on Windows without PROGRAMDATA there is no error")
	}
}
