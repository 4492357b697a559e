package supervisor_test

import "testing"

func TestACellsMethodsAreSeenByPackagesItDoesNotImport(t *testing.T) {
	s := newSupervisor(t)
	r := run(t, s, cell(1, "fmt sort", `type upper struct{ n int }
func (u *upper) Write(p []byte) (int, error) { u.n += len(p); return len(p), nil }
type byLength []string
func (b byLength) Len() int           { return len(b) }
func (b byLength) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLength) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }`, `u := &upper{}
fmt.Fprint(u, "abc")
fmt.Println(u.n)
words := byLength{"ccc", "a", "bb"}
sort.Sort(words)
fmt.Println(words)`))
	if got, want := r.text("stdout"), "3\n[a bb ccc]\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}
