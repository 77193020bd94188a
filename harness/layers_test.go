package harness

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLayers holds the rules of doc.go: who may import whom.
func TestLayers(t *testing.T) {
	allowed := layers(t)
	libraries := map[string]string{
		"github.com/testcontainers/": "testcontainers", "github.com/docker/": "docker", "github.com/moby/": "docker",
		"github.com/containerd/": "docker",
		"github.com/tsenart/":    "vegeta", "github.com/olekukonko/": "tablewriter",
		"github.com/chromedp/": "chromedp", "gonum.org/": "gonum",
	}
	found := map[string]bool{}
	for _, p := range packages(t, "spabench/...") {
		name := layerName(p.ImportPath)
		if strings.HasPrefix(name, "variants/recipes/") || p.ImportPath == "spabench/harness" {
			continue // a recipe is a program of its own, after its public documentation; this package is documentation
		}
		found[name] = true
		l, known := allowed[name]
		if !known {
			t.Errorf("%s has no line in doc.go", name)
			continue
		}
		for _, imp := range p.Imports {
			what := ""
			if strings.HasPrefix(imp, "spabench/") {
				what = layerName(imp)
			}
			for prefix, library := range libraries {
				if strings.HasPrefix(imp, prefix) {
					what = library
				}
			}
			if what != "" && !slices.Contains(l.imports, what) {
				t.Errorf("%s imports %s, which its line in doc.go does not allow", name, what)
			}
		}
	}
	for name, l := range allowed {
		if !found[name] {
			t.Errorf("doc.go has a line for %s, which is no package", name)
		}
		for _, imp := range l.imports {
			if lower, known := allowed[imp]; known && lower.line <= l.line {
				t.Errorf("doc.go lets %s import %s, which does not stand below it", name, imp)
			}
		}
	}
}

// layer is a package's line in doc.go.
type layer struct {
	line    int
	imports []string // what it may import
}

// layers reads the lines of doc.go, in which a package and a colon come before what it may import.
func layers(t *testing.T) map[string]layer {
	t.Helper()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	allowed, lines, name := map[string]layer{}, 0, ""
	for line := range strings.Lines(string(text)) {
		rule, ok := strings.CutPrefix(line, "//\t")
		if !ok {
			name = ""
			continue
		}
		if before, may, ok := strings.Cut(rule, ":"); ok && !strings.Contains(before, " ") {
			lines++
			name = before
			allowed[name] = layer{lines, strings.Fields(may)}
		} else if more, ok := strings.CutPrefix(rule, "  "); ok && name != "" { // the line above, continued
			l := allowed[name]
			l.imports = append(l.imports, strings.Fields(more)...)
			allowed[name] = l
		}
	}
	return allowed
}

// layerName is a package's name in doc.go.
func layerName(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, "spabench/"), "harness/")
}

// TestStandardLibraryOnly: whoever imports the suite or the catalogue inherits no dependency; what judges images has
// none. The driver that a build tag chooses changes nothing of that.
func TestStandardLibraryOnly(t *testing.T) {
	for _, root := range []string{"spabench/variants", "spabench/harness/spatest", "spabench/harness/spatest/mutant",
		"spabench/harness/internal/inventory"} {
		for _, p := range packages(t, "-deps", "-tags=cgo_sqlite", root) {
			if !p.Standard && !strings.HasPrefix(p.ImportPath, "spabench/") {
				t.Errorf("%s needs %s", root, p.ImportPath)
			}
		}
	}
}

// TestCgo: nothing needs a C compiler, but for what the build tag asks for.
func TestCgo(t *testing.T) {
	for tag, want := range map[string]bool{"": false, "cgo_sqlite": true} {
		found := false
		for _, p := range packages(t, "-deps", "-tags="+tag, "spabench/...") {
			found = found || p.ImportPath == "github.com/mattn/go-sqlite3"
		}
		if found != want {
			t.Errorf("with the tag %q, SQLite by cgo is imported: %t", tag, found)
		}
	}
}

// TestGeneratorDockerfile holds that the load generator's image copies every package that the generator is built from:
// those that are copied are listed, so that an edit of the others does not build it again.
func TestGeneratorDockerfile(t *testing.T) {
	text, err := os.ReadFile("../dockerfiles/generator.Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages(t, "-deps", "spabench/harness/internal/load/generator") {
		folder, own := strings.CutPrefix(p.ImportPath, "spabench/")
		folder = strings.TrimSuffix(folder, "/generator") // copied with its parent
		if own && !strings.Contains(string(text), "\nCOPY "+folder+" "+folder+"\n") {
			t.Errorf("dockerfiles/generator.Dockerfile does not copy %s, which the generator imports", folder)
		}
	}
}

type goPackage struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

// packages lists packages. The sources are opened, too, since go test keeps a result until what the test itself has
// opened changes, and does not see what the go command reads.
func packages(t *testing.T, args ...string) []goPackage {
	t.Helper()
	for _, top := range []string{".", "../variants"} {
		err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			if d != nil && d.Name() == "node_modules" {
				return filepath.SkipDir
			}
			if err != nil || filepath.Ext(path) != ".go" {
				return err
			}
			f, err := os.Open(path)
			return errors.Join(err, f.Close())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Imports"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
