package kernelspec_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"lockstep/install/kernelspec"
)

func TestWriteIsWhatJupyterReads(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data 数据")
	dir, err := kernelspec.Write(data, kernelspec.For("/opt/a <b>/lockstep"))
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(data, "kernels", "lockstep"); dir != want {
		t.Errorf("the folder is %s, want %s", dir, want)
	}
	text, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
  "argv": [
    "/opt/a <b>/lockstep",
    "serve",
    "-f",
    "{connection_file}"
  ],
  "display_name": "Go (Lockstep)",
  "language": "go",
  "interrupt_mode": "message",
  "metadata": {
    "debugger": false
  }
}
`
	if string(text) != want {
		t.Errorf("kernel.json is\n%s\nwant\n%s", text, want)
	}
	for name, size := range map[string]int{"logo-32x32.png": 32, "logo-64x64.png": 64} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			continue
		}
		config, err := png.DecodeConfig(bytes.NewReader(content))
		if err != nil || config.Width != size || config.Height != size {
			t.Errorf("%s is %d by %d, %v", name, config.Width, config.Height, err)
		}
	}
	svg, err := os.Open(filepath.Join(dir, "logo-svg.svg"))
	if err != nil {
		t.Fatal(err)
	}
	defer svg.Close()
	for dec := xml.NewDecoder(svg); ; {
		if _, err := dec.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("logo-svg.svg: %v", err)
		}
	}
}

func TestReadNamesTheBrokenFile(t *testing.T) {
	data := t.TempDir()
	if _, err := kernelspec.Read(data); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a kernel the error is %v, want fs.ErrNotExist", err)
	}
	path := filepath.Join(kernelspec.Dir(data), "kernel.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := kernelspec.Read(data)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) || !bytes.Contains([]byte(err.Error()), []byte(path)) {
		t.Errorf("the error %v doesn't name %s and what is wrong", err, path)
	}
}

func TestRemoveLeavesOthersFiles(t *testing.T) {
	data := t.TempDir()
	dir, err := kernelspec.Write(data, kernelspec.For("/bin/lockstep"))
	if err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(dir, "kernel.js")
	if err := os.WriteFile(mine, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	removed, err := kernelspec.Remove(data)
	if err != nil || len(removed) != 4 {
		t.Errorf("removed %q, %v; want the four files that Write wrote", removed, err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Errorf("another's file is gone: %v", err)
	}
	if err := os.Remove(mine); err != nil {
		t.Fatal(err)
	}
	if removed, err = kernelspec.Remove(data); err != nil || len(removed) != 1 || removed[0] != dir {
		t.Errorf("removed %q, %v; want the empty folder", removed, err)
	}
}
