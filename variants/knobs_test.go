package variants

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documented are the environment variables that images may set. The versions, paths and certificates are those of the
// official base images; the two for Python are in Docker's own guide; DIST and PLANT are read by the servers here.
var documented = []string{
	"CGO_ENABLED", "GOFLAGS", "GOLANG_VERSION", "GOPATH", "GOTOOLCHAIN", "PATH",
	"LANG", "PIP_CERT", "SSL_CERT_FILE", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED",
	"NODE_EXTRA_CA_CERTS", "NODE_VERSION",
	"DIST", "PLANT",
}

// knobs tune or debug a runtime. Some are documented, but a server that is compared with others runs without them, by
// whatever way they could be set.
var knobs = regexp.MustCompile(`GODEBUG|GOGC|GOMEMLIMIT|GOMAXPROCS|GOEXPERIMENT|//go:debug|godebugDefault|` +
	`SetGCPercent|SetMemoryLimit|` +
	`PYTHONMALLOC|PYTHONOPTIMIZE|PYTHON_GIL|PYTHON_JIT|setswitchinterval|gc\.(freeze|disable)|` +
	`NODE_OPTIONS|UV_THREADPOOL_SIZE|LD_PRELOAD|GLIBC_TUNABLES|MALLOC_[A-Z]`)

// notMeasured are the files that may have a knob: the load generator and the container of Compose are tools, the
// experiments are about knobs, and the tests and manuals speak of them.
func notMeasured(path string) bool {
	tools := []string{"../dockerfiles/generator.Dockerfile", "../dockerfiles/compose/tool.Dockerfile"}
	return strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".md") ||
		slices.Contains(tools, path) || path == "experiments.go"
}

// TestNoKnob holds that variants are what a careful team deploys: no image sets a variable that is not documented, and
// neither a Dockerfile nor a server's source turns a knob.
func TestNoKnob(t *testing.T) {
	set := map[string]bool{}
	for path, text := range sources(t, "../dockerfiles", ".") {
		if knob := knobs.FindString(text); knob != "" {
			t.Errorf("%s: %s is a knob", path, knob)
		}
		if !strings.HasSuffix(path, "Dockerfile") {
			continue
		}
		for _, name := range environment(text) {
			set[name] = true
			if !slices.Contains(documented, name) {
				t.Errorf("%s sets %s, which is not among the documented variables", path, name)
			}
		}
	}
	for _, name := range documented {
		if !set[name] {
			t.Errorf("no Dockerfile sets %s, so it need not be allowed", name)
		}
	}
}

// sources are the texts below the folders, by their paths, without what is installed or built there.
func sources(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && slices.Contains([]string{"node_modules", "dist"}, d.Name()):
				return filepath.SkipDir
			case !d.Type().IsRegular() || notMeasured(filepath.ToSlash(path)):
				return nil
			}
			text, err := os.ReadFile(path)
			texts[filepath.ToSlash(path)] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return texts
}

// environment lists the variables that a Dockerfile's ENV instructions set.
func environment(dockerfile string) []string {
	var names []string
	assigned := regexp.MustCompile(`(?:^|\s)([A-Za-z_][A-Za-z0-9_]*)=(?:"[^"]*"|\S*)`)
	for line := range strings.Lines(strings.ReplaceAll(dockerfile, "\\\n", " ")) {
		instruction, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.EqualFold(instruction, "ENV") {
			continue
		}
		for _, match := range assigned.FindAllStringSubmatch(rest, -1) {
			names = append(names, match[1])
		}
	}
	return names
}

// TestEnvironment holds that the reader of ENV instructions finds what is set, in each of the ways to write it.
func TestEnvironment(t *testing.T) {
	got := environment("FROM scratch\nENV A=1 B=\"x C=2\"\n# ENV D=1\nenv E= \\\n    F=3\nRUN G=1 true\n")
	if !slices.Equal(got, []string{"A", "B", "E", "F"}) {
		t.Errorf("found %q", got)
	}
	for _, knob := range []string{
		"ENV GODEBUG=x", "debug.SetGCPercent(400)", "//go:debug madvdontneed=1", "MALLOC_ARENA_MAX",
	} {
		if !knobs.MatchString(knob) {
			t.Errorf("%q is not seen as a knob", knob)
		}
	}
}
