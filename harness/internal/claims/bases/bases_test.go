package bases

import (
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
)

// One Go program runs on every base, and the base is all that its image has beside it. Built with cgo it is not static,
// and does not start where there is no libc. What Python's full image has beyond the slim one is compilers.
func TestBases(t *testing.T) {
	g := rigtest.Open(t)
	seen, err := observeBases(t.Context(), g)
	if err != nil {
		t.Fatal(rigtest.Describe(err))
	}
	rigtest.NothingLeft(t)
	bases := map[string]record.RuntimeBase{}
	for _, b := range seen.Bases {
		t.Logf("%+v", b)
		bases[b.Server+" on "+b.Name] = b
		checkMeasured(t, b)
	}
	checkPureGo(t, seen, bases)
	checkCgo(t, bases)
	slim, full := bases["fastapi on Python slim"], bases["fastapi on Python"]
	dpkg, pip := string(inventory.Dpkg), string(inventory.Pip)
	if len(slim.Compilers) > 0 || len(full.Compilers) == 0 || full.Unpacked < 3*slim.Unpacked ||
		full.Packages[dpkg] <= slim.Packages[dpkg] || full.Packages[pip] < slim.Packages[pip] {
		t.Errorf("Python slim %+v, full %+v", slim, full)
	}
}

// checkMeasured wants every base measured that needs no registry, and a server that works everywhere, but for the one
// built with cgo on scratch.
func checkMeasured(t *testing.T, b record.RuntimeBase) {
	if b.NotMeasured != "" {
		if b.Name != "distroless static" && b.Name != "Alpine" && b.Name != "Ubuntu" {
			t.Errorf("%s on %s is not measured: %s", b.Server, b.Name, b.NotMeasured)
		}
		return
	}
	if b.Unpacked == 0 || b.Compressed == 0 || b.Layers == 0 || b.Program == "" {
		t.Errorf("%s on %s weighs nothing: %+v", b.Server, b.Name, b)
	}
	lost := b.Cgo && b.Name == "scratch"
	if b.Works == lost || (b.Err == "") == lost || (len(b.Missing) == 0) == lost {
		t.Errorf("%s on %s: works %t, missing %v: %s", b.Server, b.Name, b.Works, b.Missing, b.Err)
	}
}

func checkPureGo(t *testing.T, seen record.BasesObserved, bases map[string]record.RuntimeBase) {
	dpkg, modules := string(inventory.Dpkg), string(inventory.GoModule)
	scratch, debian := bases["embedded-go on scratch"], bases["embedded-go on Debian slim"]
	files := bases["embedded-go on Debian's files alone"]
	for _, b := range seen.Measured() {
		if !b.PureGo() {
			continue
		}
		if b.Program != scratch.Program || !b.Static || len(b.Libraries) > 0 ||
			b.Packages[modules] != scratch.Packages[modules] {
			t.Errorf("on %s it is another program: %+v", b.Name, b)
		}
		if b.Name != "scratch" && b.Unpacked <= scratch.Unpacked {
			t.Errorf("%s weighs nothing", b.Name)
		}
	}
	if scratch.Shell || files.Shell || !debian.Shell {
		t.Errorf("shells: %+v", seen.Bases)
	}
	if scratch.Packages[dpkg] != 0 || files.Packages[dpkg] != 5 || debian.Packages[dpkg] < 50 {
		t.Errorf("packages: %+v", seen.Bases)
	}
}

func checkCgo(t *testing.T, bases map[string]record.RuntimeBase) {
	dynamic := bases["embedded-go-cgo on Debian slim"]
	isLibc := func(path string) bool { return strings.HasSuffix(path, "/libc.so.6") }
	if dynamic.Static || dynamic.Loader == "" || !slices.ContainsFunc(dynamic.Libraries, isLibc) {
		t.Errorf("with cgo: %+v", dynamic)
	}
	static := bases["embedded-go-cgo on Debian slim, with libc linked in"]
	if !static.Static || len(static.Libraries) > 0 || !static.Works || static.Program == dynamic.Program {
		t.Errorf("with cgo, and libc linked in: %+v", static)
	}
	lost := bases["embedded-go-cgo on scratch"]
	noLoader := strings.Contains(lost.Log, "exec /server: no such file or directory")
	if !noLoader || lost.Program != dynamic.Program {
		t.Errorf("with cgo, without a libc: %+v", lost)
	}
}

func TestJudgeBases(t *testing.T) {
	pure := record.RuntimeBase{Name: "scratch", Static: true, Works: true}
	linked := record.RuntimeBase{Name: "Debian", Cgo: true, Static: true}
	unknown := record.RuntimeBase{Name: "Alpine", NotMeasured: "no registry answers"}
	for _, c := range []struct {
		name  string
		bases []record.RuntimeBase
		want  record.Verdict
	}{
		{"static everywhere", []record.RuntimeBase{pure}, record.Holds},
		{"cgo needs a libc", []record.RuntimeBase{pure, {Name: "scratch", Cgo: true}}, record.Partly},
		{"cgo with libc linked in", []record.RuntimeBase{pure, linked}, record.Holds},
		{"Python tells nothing", []record.RuntimeBase{pure, {Name: "slim", Python: true}}, record.Holds},
		{"not measured", []record.RuntimeBase{pure, unknown}, record.Holds},
		{"dynamic without cgo", []record.RuntimeBase{pure, {Name: "Debian", Works: true}}, record.Partly},
		{"nothing works", []record.RuntimeBase{{Name: "Debian"}, {Name: "Debian", Cgo: true}}, record.Refuted},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := judgeBases(record.BasesObserved{Bases: c.bases}); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
