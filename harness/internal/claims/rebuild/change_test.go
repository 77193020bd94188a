package rebuild

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/variants"
)

// Every edit finds what it changes in the checkout, and leaves nothing behind. The copy is what a builder sees.
func TestEditsFindWhatTheyChange(t *testing.T) {
	c, err := copyContext("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.remove(); err != nil {
			t.Error(err)
		}
	}()
	content := func(root, file string) string {
		info, err := os.Stat(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().String() + string(b)
	}
	files := []string{"variants/nginx/start.sh", "variants/fiber/embedded/dist/.gitignore", ".dockerignore"}
	for _, e := range edits() {
		for _, r := range e.changes("MARK") {
			files = append(files, r.file)
		}
		if err := c.edit(e.changes("MARK")); err != nil {
			t.Errorf("%s: %v; bring the edit up to date", e.name, err)
		}
		for _, r := range e.changes("MARK") {
			if !strings.Contains(content(c.dir, r.file), r.text) {
				t.Errorf("%s: %s is not edited", e.name, r.file)
			}
		}
		if err := c.restore(); err != nil {
			t.Error(err)
		}
	}
	for _, file := range files {
		if content(c.dir, file) != content("../../../..", file) {
			t.Errorf("%s is not a copy", file)
		}
	}
	err = c.edit([]replacement{{"go.mod", "", "// more"}, {"go.mod", "what is not there", ""}})
	if err == nil || content(c.dir, "go.mod") != content("../../../..", "go.mod") {
		t.Errorf("an edit that finds nothing: %v", err)
	}
}

// Each variant's Dockerfiles have one step that installs the dependencies of the front end, and one of the back end.
func TestInstallersAreRecognised(t *testing.T) {
	for _, v := range variants.All() {
		var found []string
		for _, c := range v.Containers {
			text, err := os.ReadFile(filepath.Join("../../../..", "dockerfiles", c.Dockerfile+".Dockerfile"))
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(strings.ReplaceAll(string(text), "\\\n", "")) {
				if name, end := installer(strings.TrimSpace(line)); name != "" {
					found = append(found, string(end))
				}
			}
		}
		slices.Sort(found)
		if !slices.Equal(found, []string{"back end", "front end"}) {
			t.Errorf("%s: %q", v.Name, found)
		}
	}
}

// A step that ran counts, and so does one that another variant's build ran for the same edit. One that was in the cache
// before does not, nor does what only names a stage.
func TestAddSteps(t *testing.T) {
	ran := ranSteps{}
	steps := func(cached bool) []lab.Step {
		return []lab.Step{
			{Instruction: "ARG NODE_IMAGE=node:24", Took: time.Hour},
			{Instruction: "FROM ${NODE_IMAGE} AS spa", Image: "base", Took: time.Hour},
			{Instruction: "COPY package.json ./", Image: "copied", Cached: true, Took: time.Hour},
			{Instruction: "RUN npm ci", Image: "installed", Cached: cached, Took: 3 * time.Second},
			{Instruction: "RUN npm run build", Image: "built", Cached: cached, Took: 2 * time.Second},
			{Instruction: "RUN go build github.com/gofiber/fiber/v2 modernc.org/sqlite",
				Image: "libraries", Cached: true},
			{Instruction: `RUN go build -ldflags "-s -w" -o /server ./variants/fiber/disk`,
				Image: "server", Cached: true},
		}
	}
	for i, cached := range []bool{false, true} {
		b := newRebuild("one")
		s := steps(cached)
		if cached { // the time of the build that ran them counts, not the time to find them in the cache
			s[3].Took, s[4].Took = 0, 0
		}
		addSteps(&b, s, ran)
		if b.StepsRun != 2 || b.Steps != 5 || b.StepsTook != 5*time.Second {
			t.Errorf("build %d: %+v", i, b)
		}
		if !slices.Equal(b.Installed[record.FrontEnd], []string{"npm ci"}) || len(b.Installed[record.BackEnd]) > 0 ||
			!slices.Equal(b.Installs[record.BackEnd], []string{"Go libraries"}) {
			t.Errorf("build %d: %+v", i, b)
		}
	}
	other := newRebuild("one")
	if addSteps(&other, steps(true), ranSteps{}); other.StepsRun != 0 || other.StepsTook != 0 {
		t.Errorf("another edit is charged with steps that it found in the cache: %+v", other)
	}
}

// asClaimed is what is observed when each edit installs again what it should, in two variants.
func asClaimed() record.RebuildObserved {
	var seen record.RebuildObserved
	build := func(variant string) record.Rebuild {
		b := newRebuild(variant)
		b.Steps = 9
		b.Installs[record.FrontEnd], b.Installs[record.BackEnd] = []string{"npm ci"}, []string{"pip install"}
		return b
	}
	for _, v := range []string{"one", "two"} {
		seen.Controls = append(seen.Controls, build(v))
	}
	for _, e := range edits() {
		tried := record.RebuildEdit{Name: e.name, Expected: e.reinstalls, Bases: e.bases}
		for _, v := range []string{"one", "two"} {
			b := build(v)
			b.StepsRun = 4
			for _, end := range e.reinstalls {
				b.Installed[end] = b.Installs[end]
			}
			tried.Builds = append(tried.Builds, b)
		}
		seen.Edits = append(seen.Edits, tried)
	}
	return seen
}

func TestJudgeEdits(t *testing.T) {
	const backEndEdit, frontEndDependency, backEndDependency = 1, 2, 3 // places in edits
	for _, c := range []struct {
		name  string
		spoil func(*record.RebuildObserved)
		want  record.Verdict
	}{
		{"as claimed", func(*record.RebuildObserved) {}, record.Holds},
		{"a source edit installs", func(seen *record.RebuildObserved) {
			seen.Edits[0].Builds[1].Installed[record.FrontEnd] = []string{"npm ci"}
		}, record.Partly},
		{"a manifest edit does not install", func(seen *record.RebuildObserved) {
			delete(seen.Edits[backEndDependency].Builds[0].Installed, record.BackEnd)
		}, record.Partly},
		{"a manifest edit installs the other end's", func(seen *record.RebuildObserved) {
			seen.Edits[frontEndDependency].Builds[0].Installed[record.BackEnd] = []string{"pip install"}
		}, record.Partly},
		{"every edit installs something else", func(seen *record.RebuildObserved) {
			for _, e := range seen.Edits {
				for i := range e.Builds {
					e.Builds[i].Installed = map[record.AppEnd][]string{record.FrontEnd: {"another"}}
				}
			}
		}, record.Refuted},
		{"the copy is not cached",
			func(seen *record.RebuildObserved) { seen.Controls[1].StepsRun = 1 }, record.NotTested},
		{"nothing installs", func(seen *record.RebuildObserved) { clear(seen.Controls[0].Installs) }, record.NotTested},
		{"an edit changes nothing", func(seen *record.RebuildObserved) {
			seen.Edits[backEndEdit].Builds[0].StepsRun = 0
		}, record.NotTested},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := asClaimed()
			c.spoil(&seen)
			if got := judgeEdits(seen); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
