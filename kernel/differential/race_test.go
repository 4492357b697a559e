package differential

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// programs reads an archive of programs, of each its name and text.
func programs(t *testing.T, file string) []txtar.File {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("races", file))
	if err != nil {
		t.Fatal(err)
	}
	return archive.Files
}

// A simulation finds the data races that some schedule has, and no others, in
// ordinary Go: also in functions that were declared before anything was simulated.
func TestSimulationsFindDataRaces(t *testing.T) {
	const simulate = "import \"lockstep/runtime/sim\"\n"
	const explore = `r := sim.Explore(body, sim.MaxSchedules(3000))
print := func(texts ...any) { _, _ = fmt.Println(texts...) }
print(r.Explored.Racing > 0, r.Explored.Failing, r.Explored.Schedules > 0)
for _, race := range r.Explored.Races {
	if !strings.HasPrefix(race.First.Where, "In[") || !strings.HasPrefix(race.Second.Where, "In[") { print("no place", race) }
}
if r.Explored.Failing > 0 || r.Explored.Schedules == 0 { print(r) }`
	for file, want := range map[string]string{"racy.txtar": "true 0 true\n", "free.txtar": "false 0 true\n"} {
		for _, p := range programs(t, file) {
			t.Run(file+"/"+p.Name, func(t *testing.T) {
				t.Parallel()
				for _, cells := range [][]string{
					{string(p.Data), simulate + "import (\"fmt\"; \"strings\")\n" + explore},
					{simulate, string(p.Data), "import (\"fmt\"; \"strings\")\n" + explore},
				} {
					if got := kernel(t, cells); got.stdout != want || got.err != "" {
						t.Errorf("%s\nprints\n%s%s\nwant\n%s", cells[len(cells)-2], got.stdout, got.err, want)
					}
				}
			})
		}
	}
}

// Go's own race detector agrees: it finds no race in the programs without one. Of
// those with one it finds what the schedules of some runs have.
func TestGosRaceDetectorAgrees(t *testing.T) {
	if !*native {
		t.Skip("it builds programs with the race detector; run with -native")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var imports, table strings.Builder
	names := map[string]bool{} // whether it races
	for _, file := range []string{"racy.txtar", "free.txtar"} {
		for _, p := range programs(t, file) {
			name := strings.TrimSuffix(file, ".txtar") + "_" + strings.TrimSuffix(p.Name, ".go")
			names[name] = file == "racy.txtar"
			write(filepath.Join(name, "program.go"), "package "+name+"\n"+string(p.Data)+"func Body() { body() }\n")
			fmt.Fprintf(&imports, "import %q\n", "races/"+name)
			fmt.Fprintf(&table, "%q: %s.Body,\n", name, name)
		}
	}
	write("go.mod", "module races\n\ngo 1.26\n")
	write("main.go", "package main\nimport \"os\"\n"+imports.String()+"func main() { map[string]func(){\n"+table.String()+"}[os.Args[1]]() }\n")
	binary := filepath.Join(dir, "races-binary")
	build := exec.Command("go", "build", "-race", "-o", binary, ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "CGO_ENABLED=1")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	missed := 0
	for name, races := range names {
		found := false
		for range 10 {
			var stderr bytes.Buffer
			run := exec.CommandContext(t.Context(), binary, name)
			run.Stderr = &stderr
			run.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
			_ = run.Run() // a race is an exit code of its own
			found = found || strings.Contains(stderr.String(), "DATA RACE")
		}
		if found && !races {
			t.Errorf("%s races", name)
		}
		if races && !found {
			missed++
			t.Logf("ten runs of %s show no race", name)
		}
	}
	if missed > len(names)/5 {
		t.Errorf("in %d programs the race detector sees no race", missed)
	}
}
