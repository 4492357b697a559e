package setup_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"lockstep/install/kernelspec"
	"lockstep/install/setup"
)

// source writes a module that looks like Lockstep's and is built in no time.
func source(t *testing.T, main string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module lockstep\n\ngo 1.26\n")
	write(t, filepath.Join(dir, "kernel", "main.go"), "package main\n\nfunc main() { "+main+" }\n")
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// user makes a home of its own for the test and returns the place of its user.
func user(t *testing.T) (home string, place setup.Place) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("JUPYTER_DATA_DIR", filepath.Join(home, "jupyter"))
	t.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	place, err := setup.User()
	if err != nil {
		t.Fatal(err)
	}
	return home, place
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err == nil && path != dir {
			rel, _ := filepath.Rel(dir, path)
			found = append(found, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestInstallReplaceUninstall(t *testing.T) {
	home, place := user(t)
	if _, err := setup.Install(t.Context(), place, source(t, "println(1)")); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(place.Binary)
	if err != nil {
		t.Fatal(err)
	}
	_, err = setup.Install(t.Context(), place, source(t, "undefined()"))
	if err == nil {
		t.Error("a source that doesn't compile is installed")
	}
	if still, err := os.ReadFile(place.Binary); err != nil || !slices.Equal(still, first) {
		t.Errorf("a failed build touched the installed binary: %v", err)
	}
	dir, err := setup.Install(t.Context(), place, source(t, "println(2)"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(place.Binary)
	if err != nil || slices.Equal(first, second) {
		t.Errorf("the binary wasn't replaced: %v", err)
	}
	spec, err := kernelspec.Read(place.JupyterData)
	if err != nil || spec.Argv[0] != place.Binary || !filepath.IsAbs(place.Binary) {
		t.Errorf("the kernelspec starts %q, %v; want %s", spec.Argv, err, place.Binary)
	}

	// What a JupyterLab of our own leaves goes, what the learner did stays.
	write(t, filepath.Join(place.Own, "lab-0123", "bin", "python"), "")
	write(t, filepath.Join(place.Own, "progress.json"), "{}")
	removed, err := setup.Uninstall(place)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{place.Binary, filepath.Join(place.Own, "lab-0123"), filepath.Join(dir, "kernel.json"), dir} {
		if !slices.Contains(removed, path) {
			t.Errorf("%s isn't among the removed %q", path, removed)
		}
	}
	want := []string{"data", "data/lockstep", "data/lockstep/progress.json", "jupyter", "jupyter/kernels"}
	if left := files(t, home); !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
	if removed, err = setup.Uninstall(place); err != nil || len(removed) != 0 {
		t.Errorf("a second time removed %q, %v; want nothing", removed, err)
	}
}

func TestPrefixKeepsToTheFolder(t *testing.T) {
	prefix := filepath.Join(t.TempDir(), "env 环境")
	place, err := setup.Prefix(prefix)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := setup.Install(t.Context(), place, source(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(prefix, "share", "jupyter", "kernels", "lockstep"); dir != want {
		t.Errorf("the kernel is registered in %s, want %s", dir, want)
	}
	if _, err := setup.Uninstall(place); err != nil {
		t.Fatal(err)
	}
	for _, path := range files(t, prefix) {
		if info, err := os.Stat(filepath.Join(prefix, path)); err != nil || !info.IsDir() {
			t.Errorf("%s is left: %v", path, err)
		}
	}
}

func TestOthersFilesAreLeftAlone(t *testing.T) {
	_, place := user(t)
	write(t, place.Binary, "#!/bin/sh\n")
	if _, err := setup.Install(t.Context(), place, source(t, "")); !errors.Is(err, setup.ErrForeign) || !strings.Contains(err.Error(), place.Binary) {
		t.Errorf("installing over another program: %v, want an ErrForeign that names it", err)
	}
	if _, err := setup.Uninstall(place); !errors.Is(err, setup.ErrForeign) {
		t.Errorf("uninstalling another program: %v, want ErrForeign", err)
	}
	if err := os.Remove(place.Binary); err != nil {
		t.Fatal(err)
	}
	if _, err := kernelspec.Write(place.JupyterData, kernelspec.For("/elsewhere/lockstep")); err != nil {
		t.Fatal(err)
	}
	if _, err := setup.Uninstall(place); !errors.Is(err, setup.ErrForeign) {
		t.Errorf("uninstalling another's kernelspec: %v, want ErrForeign", err)
	}
	if _, err := kernelspec.Read(place.JupyterData); err != nil {
		t.Errorf("another's kernelspec is gone: %v", err)
	}
}

func TestSourceDir(t *testing.T) {
	dir := source(t, "")
	t.Chdir(filepath.Join(dir, "kernel"))
	got, err := setup.SourceDir(t.Context())
	if resolved, _ := filepath.EvalSymlinks(dir); err != nil || got != dir && got != resolved {
		t.Errorf("SourceDir = %q, %v; want %q", got, err, dir)
	}
	t.Chdir(t.TempDir())
	if got, err := setup.SourceDir(t.Context()); !errors.Is(err, setup.ErrNoSource) {
		t.Errorf("outside of the source SourceDir = %q, %v; want ErrNoSource", got, err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := setup.SourceDir(t.Context()); err == nil || !strings.Contains(err.Error(), "needs Go") {
		t.Errorf("without Go the error is %v", err)
	}
}
