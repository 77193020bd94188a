package rebuild

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// disagreeing is a build that goes on when npm ci fails. What both commands did is in its image.
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

// library is the dependency that package.json is made to ask for in another version.
const library = "react-router"

// runMismatch runs npm ci and npm install in the built app, with a package.json that asks for a version below the one
// that the lock file has.
func runMismatch(
	ctx context.Context, b *claim.Bench, builds *lab.Rebuilds, app string,
) (m record.LockMismatch, err error) {
	b.Progress.Line("npm ci and npm install with a lock file that disagrees")
	dir, err := os.MkdirTemp("", "spabench-npm-")
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	text, err := os.ReadFile(filepath.Join(b.Lab.Root(), "variants", "spa", "package.json"))
	if err != nil {
		return m, err
	}
	asked, changed, err := askOther(text)
	if err != nil {
		return m, err
	}
	err = errors.Join(os.WriteFile(filepath.Join(dir, "package.json"), changed, 0o644),
		os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(disagreeing), 0o644))
	if err != nil {
		return m, err
	}
	ref, _, err := builds.Build(ctx, lab.Rebuild{
		Context: dir, Dockerfile: "Dockerfile", Tag: "disagreeing", Args: map[string]string{"APP": app},
	})
	if err != nil {
		return m, err
	}
	err = rig.WithExtracted(ctx, b.Lab, ref, "/seen", func(seen fs.FS) (err error) {
		m, err = readMismatch(seen)
		return err
	})
	m.Asked = asked
	return m, err
}

// askOther makes a package.json ask for a version of the library below the one that it asks for.
func askOther(manifest []byte) (asked string, changed []byte, err error) {
	var read struct {
		Dependencies map[string]string `json:"dependencies"`
	}
	if err := json.Unmarshal(manifest, &read); err != nil {
		return "", nil, fmt.Errorf("read package.json: %w", err)
	}
	asked = "<" + read.Dependencies[library]
	had, wanted := fmt.Sprintf("%q: %q", library, read.Dependencies[library]), fmt.Sprintf("%q: %q", library, asked)
	if !strings.Contains(string(manifest), had) {
		return "", nil, fmt.Errorf("package.json has no %s", had)
	}
	return asked, []byte(strings.Replace(string(manifest), had, wanted, 1)), nil
}

// readMismatch reads what the commands left.
func readMismatch(seen fs.FS) (m record.LockMismatch, err error) {
	text := func(name string) string {
		b, readErr := fs.ReadFile(seen, name)
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
	m.Library = library
	m.CIExit, m.InstallExit = code("ci.code"), code("install.code")
	m.Locked, m.After = version("before.json"), version("after.json")
	m.CIErrors = npmErrors(text("ci.txt"))
	return m, err
}

// npmErrors returns the lines of an output that say what is wrong, without the usage that npm prints below them.
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
