package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"lockstep/kernel/grade"
	"lockstep/kernel/link"
	"lockstep/kernel/worker"
)

type gradeLimits struct {
	Timeout time.Duration `default:"1m" placeholder:"DURATION" help:"How long the check of one exercise may take, with the lesson before it (${default})."`
	Memory  string        `default:"1GiB" placeholder:"SIZE" help:"How much memory its worker may use (${default})."`
}

// Validate refuses what the parser can't know to be wrong.
func (l gradeLimits) Validate() error {
	if l.Timeout <= 0 {
		return fmt.Errorf("--timeout: %v is no time", l.Timeout)
	}
	return nil
}

func (l gradeLimits) limits() grade.Limits { return grade.Limits{Time: l.Timeout, Memory: l.Memory} }

type gradeCommand struct {
	Folder string `arg:"" type:"existingdir" placeholder:"DIR" help:"The folder of the notebooks that were handed in; it may have folders of its own."`
	CSV    string `placeholder:"FILE" help:"Write a table there, a row an exercise."`
	JSON   string `placeholder:"FILE" help:"Write all that is known there."`
	Jobs   int    `short:"j" placeholder:"N" help:"How many notebooks are graded at a time; by default one a processor."`
	gradeLimits
}

// Run grades the notebooks and prints a line each.
func (c *gradeCommand) Run() error {
	ctx, cancel := untilSignal()
	defer cancel()
	examine, err := grade.Own()
	if err != nil {
		return err
	}
	all, err := grade.Grade(ctx, grade.Options{Folder: c.Folder, Examine: examine, Jobs: c.Jobs, Limits: c.limits(), Done: tellGrade})
	if err != nil {
		return err
	}
	for _, file := range []struct {
		path  string
		write func(*os.File) error
	}{
		{c.CSV, func(f *os.File) error { return grade.WriteCSV(f, all) }},
		{c.JSON, func(f *os.File) error { return grade.WriteJSON(f, all) }},
	} {
		if file.path == "" {
			continue
		}
		if err := writeFile(file.path, file.write); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path string, write func(*os.File) error) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(file); err != nil {
		file.Close()
		return fmt.Errorf("%s: %w", path, err)
	}
	return file.Close()
}

func tellGrade(s grade.Submission) {
	if s.Error != "" {
		fmt.Printf("%s: not graded: %s\n", s.Path, s.Error)
		return
	}
	fmt.Printf("%s: %d of %d\n", s.Path, s.Score, s.Of)
	for _, r := range s.Results {
		if !r.Passed {
			fmt.Printf("    %s: %s\n", r.Exercise, strings.Join(r.Reasons, "; "))
		}
	}
}

// examineCommand is one submission's part of a grading, in a process of its own.
type examineCommand struct {
	Notebook string `arg:""`
	gradeLimits
}

// Run writes what the notebook is worth, as JSON.
func (c *examineCommand) Run() error {
	ctx, cancel := untilSignal()
	defer cancel()
	// To check a cell takes memory too.
	if err := os.Setenv(link.MemoryVariable, c.Memory); err != nil {
		return err
	}
	if _, err := worker.LimitMemory(); err != nil {
		return err
	}
	own, err := os.Executable()
	if err != nil {
		return err
	}
	lesson, results, err := grade.Examine(ctx, c.Notebook, []string{own, "worker"}, c.limits())
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(grade.Submission{Lesson: lesson, Results: results})
}
