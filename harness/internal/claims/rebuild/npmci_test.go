package rebuild

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// archive writes files whose texts are given by their names; a text that begins with -> is a link's.
func archive(t *testing.T, when time.Time, files map[string]string) io.Reader {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, text := range files {
		h := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg, ModTime: when}
		if link, is := strings.CutPrefix(text, "-> "); is {
			h.Typeflag, h.Linkname, h.Size, text = tar.TypeSymlink, link, 0, ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestCompareTrees(t *testing.T) {
	files := map[string]string{
		"spa/dist/index.html": "page", "spa/dist/a.js": "script", "spa/node_modules/.bin/vite": "-> ../vite/vite.js",
		"spa/node_modules/vite/vite.js": "vite", "root/.npm/_logs/1.log": "log", "etc/passwd": "root",
	}
	first, err := readTree(archive(t, time.Unix(1, 0), files))
	if err != nil {
		t.Fatal(err)
	}
	other := map[string]string{}
	for name, text := range files {
		other[name] = text
	}
	other["spa/dist/a.js"] = "another"
	other["spa/node_modules/.bin/vite"] = "-> ../other"
	delete(other, "root/.npm/_logs/1.log")
	other["root/.npm/_logs/2.log"] = "log"
	second, err := readTree(archive(t, time.Unix(2, 0), other))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range compareTrees(first, second) {
		got = append(got, fmt.Sprintf("%d differ %q times %d: %s", p.files, p.differ, p.times, p.kinds()))
	}
	want := []string{
		`2 differ ["spa/dist/a.js"] times 1: 1 in /spa/dist`,
		`2 differ ["spa/node_modules/.bin/vite"] times 1: 1 in /spa/node_modules/.bin`,
		`1 differ ["root/.npm/_logs/1.log" "root/.npm/_logs/2.log"] times 0: 2 in /root/.npm/_logs`,
		`1 differ [] times 1: none`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, p := range compareTrees(first, first) {
		if len(p.differ)+p.times > 0 {
			t.Errorf("a tree differs from itself: %+v", p)
		}
	}
}

// What npm 11 prints when it refuses, with the usage below it.
const refusal = `npm error code EUSAGE
npm error
npm error ` + "`npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync. Please update your lock file with `npm install` before continuing." + `
npm error
npm error Invalid: lock file's react-router@7.18.5 does not satisfy react-router@7.18.4
npm error
npm error Clean install a project
npm error
npm error Usage:
npm error npm ci
`

func TestReadDisagreement(t *testing.T) {
	dir := t.TempDir()
	lock := func(version string) string {
		return `{"packages": {"": {"version": "0.0.0"}, "node_modules/react-router": {"version": "` + version + `"}}}`
	}
	for name, text := range map[string]string{
		"ci.code": "1\n", "install.code": "0\n", "ci.txt": refusal, "before.json": lock("7.18.5"), "after.json": lock("7.18.4"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var d disagreement
	if err := d.read(os.DirFS(dir).(readFileFS)); err != nil {
		t.Fatal(err)
	}
	if d.ciCode != 1 || d.updateCode != 0 || d.before != "7.18.5" || d.after != "7.18.4" ||
		len(d.ci) != 3 || !strings.HasPrefix(d.ci[2], "npm error Invalid: lock file's") {
		t.Errorf("%+v", d)
	}
	if err := os.Remove(filepath.Join(dir, "ci.code")); err != nil {
		t.Fatal(err)
	}
	if err := d.read(os.DirFS(dir).(readFileFS)); err == nil {
		t.Error("no exit code, and no error")
	}
}

func TestJudgeNpmCi(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*npmSeen)
		want  record.Verdict
		says  string
	}{
		{"as claimed", func(*npmSeen) {}, record.Holds, "the same 80 files"},
		{"other packages", func(s *npmSeen) { s.parts[1].differ = []string{"spa/node_modules/a/b"} }, record.Partly, "9000 files that npm ci installed, 1 differ"},
		{"another build", func(s *npmSeen) { s.parts[0].differ = []string{"spa/dist/a.js", "spa/dist/b.js"} }, record.Refuted, "80 files of two clean builds, 2 differ"},
		{"no build at all", func(s *npmSeen) { s.parts[0].files = 0 }, record.Refuted, "0 files"},
		{"it does not refuse", func(s *npmSeen) { s.disagreement.ciCode = 0 }, record.Partly, "npm ci takes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := npmSeen{
				parts:        []comparedPart{{name: "the build", files: 80, times: 80}, {name: "packages", files: 9000}, {name: "cache", files: 5}, {name: "rest", files: 7}},
				layers:       []comparedLayer{{"RUN npm ci", [2]string{"sha256:1", "sha256:2"}}, {"COPY . .", [2]string{"sha256:3", "sha256:3"}}},
				disagreement: disagreement{asked: "<7.18.5", ciCode: 1, before: "7.18.5", after: "7.18.4"},
			}
			c.spoil(&s)
			j := judgeNpmCi(s)
			if j.Verdict != c.want || !strings.Contains(j.Why, c.says) {
				t.Errorf("%s: %s; want %s, and %q", j.Verdict, j.Why, c.want, c.says)
			}
			if !strings.Contains(j.Evidence[0], "1 of the 2 layers") {
				t.Errorf("evidence %q", j.Evidence)
			}
		})
	}
}
