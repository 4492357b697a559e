// Command gen writes the notebooks of the course from their sources, and runs
// each through the kernel, so that it shows what it showed. It also writes the
// pages of the glossary.
//
//	go run ./gen [PATTERN…]
//
// from the folder lessons; with patterns such as zh/08-*, only those that match.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"

	"lockstep/kernel/notebook"
	"lockstep/kernel/run"
	"lockstep/lessons/source"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	if err := generate(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func generate(ctx context.Context, patterns []string) error {
	scratch, err := os.MkdirTemp("", "lessons-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	kernel := filepath.Join(scratch, "lockstep")
	build := exec.CommandContext(ctx, "go", "build", "-o", kernel, "lockstep/kernel")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building the kernel: %w", err)
	}
	// What the exercises' checks note is nobody's progress.
	if err := os.Setenv("XDG_DATA_HOME", filepath.Join(scratch, "data")); err != nil {
		return err
	}
	if err := writeGlossaries(); err != nil {
		return err
	}
	done := 0
	for _, language := range source.Languages {
		lessons, err := source.Lessons(language)
		if err != nil {
			return err
		}
		for _, lesson := range lessons {
			name := path.Join(language, lesson.Name)
			if !wanted(name, patterns) {
				continue
			}
			done++
			fmt.Println(name)
			if err := write(ctx, lesson, filepath.FromSlash(name)+".ipynb", kernel, scratch); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	if done == 0 {
		return errors.New("no lesson matches")
	}
	return nil
}

func writeGlossaries() error {
	for _, language := range source.Languages {
		page, err := source.GlossaryPage(language)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(language, "glossary.md"), []byte(page), 0o666); err != nil {
			return err
		}
	}
	return nil
}

func wanted(name string, patterns []string) bool {
	for _, pattern := range patterns {
		if ok, err := path.Match(pattern, name); ok && err == nil {
			return true
		}
	}
	return len(patterns) == 0
}

// write writes one notebook with its outputs. One whose cells fail is written
// nevertheless: that shows best what is wrong.
func write(ctx context.Context, lesson *source.Lesson, file, kernel, scratch string) error {
	book, err := lesson.Notebook(false)
	if err != nil {
		return err
	}
	if err := book.Write(file); err != nil {
		return err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	executed := filepath.Join(scratch, "executed.ipynb")
	failed := run.Run(ctx, run.Options{
		Notebook: file,
		Output:   executed,
		Kernel:   []string{kernel, "serve", "-f", "{connection_file}"},
		Stdin:    null,
		Stdout:   null,
	})
	ran, err := notebook.Read(executed)
	if err != nil {
		return errors.Join(failed, err)
	}
	return errors.Join(failed, ran.Write(file))
}
