package main

import (
	"path/filepath"
	"strings"

	"lockstep/kernel/export"
)

type exportCommand struct {
	Notebook string `arg:"" placeholder:"NOTEBOOK" help:"The notebook, an .ipynb file."`
	Output   string `short:"o" placeholder:"FOLDER" help:"Where to write the program; by default a folder with the notebook's name here."`
	Module   string `placeholder:"FOLDER" help:"The sources of Lockstep, which the program is built with; by default those around the working directory or the notebook."`
	Force    bool   `help:"Replace files that are there."`
}

// Run writes the notebook as a Go program.
func (c *exportCommand) Run() error {
	folder := c.Output
	if folder == "" {
		base := filepath.Base(c.Notebook)
		folder = strings.TrimSuffix(base, filepath.Ext(base))
	}
	return export.Export(export.Options{Notebook: c.Notebook, Folder: folder, Module: c.Module, Force: c.Force})
}
