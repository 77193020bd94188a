package bases

import (
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/rig/rigtest"
)

// One Go program runs on every base, and the base is all that its image has more; by cgo it is not static, and does not
// start where no libc is. What Python's full image has more is what compiles.
func TestBases(t *testing.T) {
	g := rigtest.Open(t)
	seen, err := observeBases(t.Context(), g)
	if err != nil {
		t.Fatal(rigtest.Describe(err))
	}
	rigtest.NothingLeft(t)
	rows := map[string]RuntimeBase{}
	for _, b := range seen.Bases {
		t.Logf("%+v", b)
		rows[b.Server+" on "+b.Name] = b
		if b.NotMeasured != "" {
			if b.Name != "distroless static" && b.Name != "Alpine" && b.Name != "Ubuntu" {
				t.Errorf("%s on %s is not measured: %s", b.Server, b.Name, b.NotMeasured)
			}
			continue
		}
		if b.Unpacked == 0 || b.Compressed == 0 || b.Layers == 0 || b.ServerLayer == "" {
			t.Errorf("%s on %s weighs nothing: %+v", b.Server, b.Name, b)
		}
		if lost := b.Server == "embedded-go-cgo" && b.Name == "scratch"; b.Works == lost || (b.Err == "") == lost || (len(b.Missing) == 0) == lost {
			t.Errorf("%s on %s: works %t, missing %v: %s", b.Server, b.Name, b.Works, b.Missing, b.Err)
		}
	}
	scratch, debian, files := rows["embedded-go on scratch"], rows["embedded-go on Debian slim"], rows["embedded-go on Debian's files alone"]
	for _, b := range seen.Bases {
		if b.Server != "embedded-go" || b.NotMeasured != "" {
			continue
		}
		if b.ServerLayer != scratch.ServerLayer || !b.Static || len(b.Libraries) > 0 || b.Packages[inventory.GoModule] != scratch.Packages[inventory.GoModule] {
			t.Errorf("on %s it is another program: %+v", b.Name, b)
		}
		if b.Name != "scratch" && b.Unpacked <= scratch.Unpacked {
			t.Errorf("%s weighs nothing", b.Name)
		}
	}
	if scratch.Shell || files.Shell || !debian.Shell || scratch.Packages[inventory.Dpkg] != 0 || files.Packages[inventory.Dpkg] != 5 || debian.Packages[inventory.Dpkg] < 50 {
		t.Errorf("shells or packages: %+v", seen.Bases)
	}
	cgo := rows["embedded-go-cgo on Debian slim"]
	if cgo.Static || cgo.Loader == "" || !slices.ContainsFunc(cgo.Libraries, func(l string) bool { return strings.HasSuffix(l, "/libc.so.6") }) {
		t.Errorf("by cgo: %+v", cgo)
	}
	if static := rows["embedded-go-cgo on Debian slim, with libc linked in"]; !static.Static || len(static.Libraries) > 0 || !static.Works || static.ServerLayer == cgo.ServerLayer {
		t.Errorf("by cgo, with libc linked in: %+v", static)
	}
	if lost := rows["embedded-go-cgo on scratch"]; !strings.Contains(lost.Log, "exec /server: no such file or directory") || lost.ServerLayer != cgo.ServerLayer {
		t.Errorf("by cgo, without a libc: %+v", lost)
	}
	slim, full := rows["fastapi on Python slim"], rows["fastapi on Python"]
	if len(slim.Compilers) > 0 || len(full.Compilers) == 0 || full.Unpacked < 3*slim.Unpacked || full.Packages[inventory.Dpkg] <= slim.Packages[inventory.Dpkg] ||
		full.Packages[inventory.Pip] < slim.Packages[inventory.Pip] {
		t.Errorf("Python slim %+v, full %+v", slim, full)
	}
}
