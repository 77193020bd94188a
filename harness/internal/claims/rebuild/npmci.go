package rebuild

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

func NpmCI() claim.Claim {
	return claim.Claim{
		ID:    "npm-ci-reproducible",
		Words: "npm ci is reproducible: the same lock file gives the same build.",
		Test: "Build the app twice without a layer cache and compare all files byte for byte, and the layers. Then ask in package.json for a version that " +
			"package-lock.json does not have, and run npm ci and npm install",
		Run: func(ctx context.Context, b *claim.Bench) (j record.Judgement, err error) {
			builds := b.Lab.Rebuilds("npm-ci")
			defer rig.CleanUp(ctx, &err, builds.Remove)
			var s npmSeen
			var refs [2]string
			if s.layers, refs, err = buildTwice(ctx, b, builds); err != nil {
				return j, err
			}
			if s.parts, err = compareParts(ctx, b, refs); err != nil {
				return j, err
			}
			if s.disagreement, err = disagree(ctx, b, builds, refs[0]); err != nil {
				return j, err
			}
			return judgeNpmCi(s), nil
		},
	}
}

// npmSeen is what two clean builds and a lock file that disagrees showed.
type npmSeen struct {
	parts        []comparedPart
	layers       []comparedLayer
	disagreement disagreement
}

// comparedLayer is a layer as two builds made it, known by its diff id.
type comparedLayer struct {
	instruction string
	ids         [2]string
}

// disagreement is what npm does where package.json asks for another version than the lock file has.
type disagreement struct {
	asked              string // in package.json
	ciCode, updateCode int    // exit codes of npm ci and of npm install
	ci                 []string
	before, after      string // the version in the lock file
}

// appStage is the stage that installs and builds.
const appStage = "spa"

// buildTwice builds the app's stage twice from nothing but its base: one of its own, or builds of others would find in
// the layer cache what these make and then remove.
func buildTwice(ctx context.Context, b *claim.Bench, builds *lab.Rebuilds) (layers []comparedLayer, refs [2]string, err error) {
	const arg = "NODE_IMAGE"
	bases := b.Lab.Bases()
	at := slices.IndexFunc(bases, func(b lab.Base) bool { return b.Arg == arg })
	if at < 0 {
		return nil, refs, fmt.Errorf("no base image for %s", arg)
	}
	base, err := updatedBase(ctx, builds, bases[at], newMark())
	if err != nil {
		return nil, refs, err
	}
	for i, tag := range []string{"first", "second"} {
		b.Progress.Line("building the app without a cache: the %s time", tag)
		ref, steps, err := builds.Build(ctx, lab.Rebuild{Context: b.Lab.Root(), Dockerfile: "dockerfiles/spa.Dockerfile", Stage: appStage, Tag: tag,
			Args: map[string]string{arg: base}, NoCache: true})
		if err != nil {
			return nil, refs, err
		}
		refs[i] = ref
		at, below := 0, 0 // the next of layers; how many layers the image before has
		for _, s := range steps {
			if s.Image == "" {
				continue
			}
			ids, err := b.Lab.LayerIDs(ctx, s.Image)
			if err != nil {
				return nil, refs, err
			}
			if s.Builds() && s.Cached {
				return nil, refs, fmt.Errorf("%s came from the layer cache, which was not to be used", s.Instruction)
			}
			if s.Builds() && len(ids) > below { // else it gave no layer
				if i == 0 {
					layers = append(layers, comparedLayer{instruction: s.Instruction})
				}
				layers[at].ids[i] = ids[len(ids)-1]
				at++
			}
			below = len(ids)
		}
	}
	return layers, refs, nil
}

// disagreeing is a build that goes on when npm ci fails: what both commands did is in its image.
const disagreeing = `ARG APP
FROM ${APP}
COPY package.json /spa/
WORKDIR /seen
RUN cp /spa/package-lock.json before.json; cd /spa; \
    npm ci >/seen/ci.txt 2>&1; echo $? >/seen/ci.code; \
    npm install >/seen/install.txt 2>&1; echo $? >/seen/install.code; \
    cp package-lock.json /seen/after.json
LABEL spabench.stage=1
`

// library is the dependency that package.json is made to ask another version of.
const library = "react-router"

// disagree runs npm ci and npm install in the built app, with a package.json that asks for a version below the one that
// the lock file has.
func disagree(ctx context.Context, b *claim.Bench, builds *lab.Rebuilds, app string) (d disagreement, err error) {
	b.Progress.Line("npm ci and npm install with a lock file that disagrees")
	dir, err := os.MkdirTemp("", "spabench-npm-")
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	text, err := os.ReadFile(filepath.Join(b.Lab.Root(), "variants", "spa", "package.json"))
	if err != nil {
		return d, err
	}
	var manifest struct {
		Dependencies map[string]string `json:"dependencies"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return d, fmt.Errorf("read package.json: %w", err)
	}
	had := fmt.Sprintf("%q: %q", library, manifest.Dependencies[library])
	d.asked = "<" + manifest.Dependencies[library]
	other := strings.Replace(string(text), had, fmt.Sprintf("%q: %q", library, d.asked), 1)
	if other == string(text) {
		return d, fmt.Errorf("package.json has no %s", had)
	}
	err = errors.Join(os.WriteFile(filepath.Join(dir, "package.json"), []byte(other), 0o644), os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(disagreeing), 0o644))
	if err != nil {
		return d, err
	}
	ref, _, err := builds.Build(ctx, lab.Rebuild{Context: dir, Dockerfile: "Dockerfile", Tag: "disagreeing", Args: map[string]string{"APP": app}})
	if err != nil {
		return d, err
	}
	seen := filepath.Join(dir, "seen")
	if err := os.Mkdir(seen, 0o755); err != nil {
		return d, err
	}
	if err := b.Lab.Extract(ctx, ref, "/seen", seen); err != nil {
		return d, err
	}
	return d, d.read(os.DirFS(seen).(readFileFS))
}

// readFileFS is what os.DirFS is.
type readFileFS interface {
	ReadFile(name string) ([]byte, error)
}

// read reads what the commands left.
func (d *disagreement) read(seen readFileFS) (err error) {
	text := func(name string) string {
		b, readErr := seen.ReadFile(name)
		err = errors.Join(err, readErr)
		return strings.TrimSpace(string(b))
	}
	code := func(name string) int {
		n, numberErr := strconv.Atoi(text(name))
		err = errors.Join(err, numberErr)
		return n
	}
	version := func(name string) string {
		var lock struct {
			Packages map[string]struct{ Version string } `json:"packages"`
		}
		err = errors.Join(err, json.Unmarshal([]byte(text(name)), &lock))
		return lock.Packages["node_modules/"+library].Version
	}
	d.ciCode, d.updateCode = code("ci.code"), code("install.code")
	d.before, d.after = version("before.json"), version("after.json")
	d.ci = npmErrors(text("ci.txt"))
	return err
}

// npmErrors are the lines of an output that say what is wrong, without the usage that npm prints below them.
func npmErrors(output string) []string {
	var lines []string
	for line := range strings.Lines(output) {
		said, is := strings.CutPrefix(strings.TrimSpace(line), "npm error")
		if said = strings.TrimSpace(said); !is || said == "" {
			continue
		}
		if strings.HasPrefix(said, "Clean install") || strings.HasPrefix(said, "A complete log") {
			break
		}
		lines = append(lines, "npm error "+said)
	}
	return lines
}
