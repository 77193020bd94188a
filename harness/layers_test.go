package harness

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// TestLayers holds the rules of who may import whom. A package of the project that is not in the table fails it:
// say here in which layer a new one stands.
func TestLayers(t *testing.T) {
	allowed := map[string][]string{ // importer to what it may import directly, of the project and of the heavy libraries
		"variants":                        {},
		"variants/null":                   {},
		"variants/fiber/app":              {},
		"variants/fiber/api":              {"variants/fiber/app"},
		"variants/fiber/disk":             {"variants/fiber/app"},
		"variants/fiber/embedded":         {"variants/fiber/app"},
		"variants/fiber/planted":          {"variants/fiber/app"},
		"variants/fiber/planted/ballast":  {},
		"variants/fiber/seed":             {"variants/fiber/app"},
		"harness/internal/nearest":        {},
		"harness/internal/browser":        {},
		"harness/internal/rawhttp":        {},
		"harness/internal/stat":           {},
		"harness/internal/inventory":      {},
		"harness/internal/contract":       {"variants", "harness/internal/browser"},
		"harness/spatest":                 {"harness/internal/nearest", "harness/internal/browser", "harness/internal/rawhttp"},
		"harness/spatest/mutant":          {"harness/spatest"},
		"harness/chromium":                {"harness/spatest", "harness/internal/browser", "chromedp"},
		"harness/internal/record":         {"harness/spatest"},
		"harness/internal/report":         {"harness/spatest"},
		"harness/internal/remedy":         {"harness/spatest", "harness/internal/nearest"},
		"harness/internal/hops":           {"harness/spatest"},
		"harness/internal/lab":            {"variants", "testcontainers", "docker"},
		"harness/internal/load":           {"harness/internal/record", "harness/internal/stat", "vegeta"},
		"harness/internal/load/generator": {"harness/internal/load"},
		"harness/internal/table":          {"harness/internal/record", "harness/internal/stat", "harness/internal/inventory", "harness/spatest", "tablewriter"},
		"harness/internal/gate":           {"harness/internal/record", "harness/internal/stat", "harness/internal/table", "harness/internal/nearest", "harness/spatest"},
		"harness":                         {"variants", "harness/spatest", "harness/chromium", "harness/internal/record", "harness/internal/stat", "harness/internal/inventory", "harness/internal/nearest", "harness/internal/browser", "harness/internal/rawhttp", "harness/internal/lab", "harness/internal/load"},
		"harness/cmd/spabench": {"variants", "harness", "harness/spatest", "harness/internal/record", "harness/internal/stat", "harness/internal/inventory", "harness/internal/table", "harness/internal/nearest",
			"harness/spatest/mutant", "harness/chromium", "harness/internal/report", "harness/internal/remedy", "harness/internal/hops", "harness/internal/gate"},
	}
	heavy := map[string]string{
		"github.com/testcontainers/": "testcontainers", "github.com/docker/": "docker", "github.com/moby/": "docker",
		"github.com/tsenart/": "vegeta", "github.com/olekukonko/": "tablewriter",
		"github.com/chromedp/": "chromedp",
	}
	for _, p := range packages(t, "spabench/...") {
		name := strings.TrimPrefix(p.ImportPath, "spabench/")
		may, known := allowed[name]
		if strings.HasPrefix(name, "variants/recipes/") {
			known = true // each is a program of its own, after its public documentation
		}
		if !known {
			t.Errorf("%s is in no layer", name)
			continue
		}
		for _, imp := range p.Imports {
			what := ""
			if rest, ok := strings.CutPrefix(imp, "spabench/"); ok {
				what = rest
			}
			for prefix, library := range heavy {
				if strings.HasPrefix(imp, prefix) {
					what = library
				}
			}
			if what != "" && !strings.Contains(" "+strings.Join(may, " ")+" ", " "+what+" ") {
				t.Errorf("%s imports %s, which its layer may not", name, imp)
			}
		}
	}
}

// TestStandardLibraryOnly: whoever imports the suite or the catalogue inherits no dependency; what judges images has none.
// The driver that a build tag chooses changes nothing of that.
func TestStandardLibraryOnly(t *testing.T) {
	for _, root := range []string{"spabench/variants", "spabench/harness/spatest", "spabench/harness/spatest/mutant", "spabench/harness/internal/inventory"} {
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

type goPackage struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

func packages(t *testing.T, args ...string) []goPackage {
	t.Helper()
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
