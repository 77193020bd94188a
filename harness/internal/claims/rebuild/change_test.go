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

// Every edit finds what it changes in the checkout, and leaves nothing behind; the copy is as builders see it.
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
	if err := c.edit([]replacement{{"go.mod", "", "// more"}, {"go.mod", "what is not there", ""}}); err == nil || content(c.dir, "go.mod") != content("../../../..", "go.mod") {
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
				if name, of := installer(strings.TrimSpace(line)); name != "" {
					found = append(found, string(of))
				}
			}
		}
		slices.Sort(found)
		if !slices.Equal(found, []string{"back end", "front end"}) {
			t.Errorf("%s: %q", v.Name, found)
		}
	}
}

// A step that ran counts, and so does one that another variant's build ran for the same edit; one from the cache of
// before does not, nor what only names a stage.
func TestStepsOfAChange(t *testing.T) {
	ran := map[string]time.Duration{}
	steps := func(cached bool) []lab.Step {
		return []lab.Step{
			{Instruction: "ARG NODE_IMAGE=node:24", Took: time.Hour},
			{Instruction: "FROM ${NODE_IMAGE} AS spa", Image: "base", Took: time.Hour},
			{Instruction: "COPY package.json ./", Image: "copied", Cached: true, Took: time.Hour},
			{Instruction: "RUN npm ci", Image: "installed", Cached: cached, Took: 3 * time.Second},
			{Instruction: "RUN npm run build", Image: "built", Cached: cached, Took: 2 * time.Second},
			{Instruction: "RUN go build github.com/gofiber/fiber/v2 modernc.org/sqlite", Image: "libraries", Cached: true},
			{Instruction: `RUN go build -ldflags "-s -w" -o /server ./variants/fiber/disk`, Image: "server", Cached: true},
		}
	}
	for i, cached := range []bool{false, true} {
		c := change{installs: map[side][]string{}, installed: map[side][]string{}}
		s := steps(cached)
		if cached { // what it took the first time, not to find it
			s[3].Took, s[4].Took = 0, 0
		}
		c.count(s, ran)
		if c.steps != 2 || c.of != 5 || c.took != 5*time.Second || c.installedAgain() != "npm ci" || !slices.Equal(c.installs[backEnd], []string{"Go libraries"}) {
			t.Errorf("build %d: %+v", i, c)
		}
	}
}

func TestJudgeChanges(t *testing.T) {
	installs := map[side][]string{frontEnd: {"npm ci"}, backEnd: {"pip install"}}
	made := func() (controls, changes []change) {
		for _, v := range []string{"one", "two"} {
			controls = append(controls, change{edit: "no edit", variant: v, of: 9, installs: installs, installed: map[side][]string{}})
		}
		for _, e := range edits() {
			for _, v := range []string{"one", "two"} {
				c := change{edit: e.name, variant: v, steps: 4, of: 9, installs: installs, installed: map[side][]string{}, took: time.Second}
				c.pull = lab.Pull{Layers: 2, Compressed: 1_234_567, Of: 3}
				if e.bases && v == "two" {
					c.pull = lab.Pull{Of: 3}
				}
				for _, s := range e.reinstalls {
					c.installed[s] = installs[s]
				}
				changes = append(changes, c)
			}
		}
		return controls, changes
	}
	for _, c := range []struct {
		name  string
		spoil func(controls, changes []change)
		want  record.Verdict
		says  string
	}{
		{"as claimed", func(_, _ []change) {}, record.Holds, "4 of 4 builds after an edit of a source file installed nothing again; 4 of 4 after an edit of a manifest"},
		{"a source edit installs", func(_, changes []change) { changes[1].installed[frontEnd] = installs[frontEnd] }, record.Partly, "3 of 4 builds after an edit of a source file installed nothing again; 4 of 4"},
		{"a manifest edit does not install", func(_, changes []change) { delete(changes[6].installed, backEnd) }, record.Partly, "back-end dependency of one installed nothing"},
		{"it installs the other end's", func(_, changes []change) { changes[4].installed[backEnd] = installs[backEnd] }, record.Partly, "front-end dependency of one installed npm ci, pip install"},
		{"every edit is otherwise", func(_, changes []change) {
			for i := range changes {
				changes[i].installed = map[side][]string{frontEnd: {"another"}}
			}
		}, record.Refuted, "another"},
		{"the copy is not cached", func(controls, _ []change) { controls[1].steps = 1 }, record.NotTested, "two ran 1 of 9 steps"},
		{"nothing installs", func(controls, _ []change) { controls[0].installs = map[side][]string{} }, record.NotTested, "both ends of one"},
		{"an edit changes nothing", func(_, changes []change) { changes[2].steps = 0 }, record.NotTested, "back-end edit did not reach one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			controls, changes := made()
			c.spoil(controls, changes)
			j := judgeChanges(controls, changes)
			if j.Verdict != c.want || !strings.Contains(j.Why, c.says) {
				t.Errorf("%s: %s; want %s, and %q", j.Verdict, j.Why, c.want, c.says)
			}
			if j.Verdict == record.Holds && (!strings.Contains(strings.Join(j.Evidence, "\n"), "to be pulled for two:") || j.Tables[0].Rows[0][6] != "1.235") {
				t.Errorf("evidence %q, table %v", j.Evidence, j.Tables[0].Rows)
			}
			if len(j.Tables) != 2 || len(j.Tables[0].Rows) != len(changes) || len(j.Tables[1].Rows) != len(controls) {
				t.Errorf("tables %+v", j.Tables)
			}
		})
	}
}
