package validate

import (
	"fmt"
	"os"

	"lockstep/install/atomicfile"
	"lockstep/kernel/notebook"
)

// update writes what the cells show now into the notebook, where that differs
// from what the file has. A cell that failed otherwise keeps what it has.
func (o Options) update(result *Result, executed *notebook.Notebook) error {
	updated := map[int]*Cell{}
	for _, c := range result.Cells {
		if c.Updated {
			updated[c.Index] = c
		}
	}
	replacements := map[int]notebook.Replacement{}
	code := 0
	for i, cell := range executed.Cells {
		if cell.Type != notebook.Code {
			continue
		}
		if c := updated[code]; c != nil {
			replacements[i] = notebook.Replacement{Count: c.Number, Outputs: cell.Outputs}
		}
		code++
	}
	if len(replacements) == 0 {
		return nil
	}
	data, err := os.ReadFile(result.Path)
	if err != nil {
		return err
	}
	info, err := os.Stat(result.Path)
	if err != nil {
		return err
	}
	text, err := notebook.ReplaceOutputs(data, replacements)
	if err != nil {
		return fmt.Errorf("%s: %w", result.Path, err)
	}
	return atomicfile.Write(result.Path, text, info.Mode().Perm())
}
