package bases

import (
	"strings"
	"testing"
	"testing/fstest"

	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
)

// A build argument has its value below its declaration in the stage, while the image is built and not when it runs. It
// changes what the build tool and npm do, and remains in the history of the image that declares it.
func TestBuildArguments(t *testing.T) {
	seen, err := observeArguments(t.Context(), rigtest.Open(t).Lab)
	if err != nil {
		t.Fatal(rigtest.Describe(err))
	}
	rigtest.NothingLeft(t)
	t.Logf("%+v", seen)
	for i, want := range []string{"production", "development"} {
		s := seen.Scopes[i]
		if s.Before != "unset" || s.After != want || s.Process != want || !s.OnBase {
			t.Errorf("given %q: %+v, want %s below the declaration alone", s.Given, s, want)
		}
		if value, ok := s.Runtime("NODE_ENV"); ok {
			t.Errorf("given %q: containers have NODE_ENV=%s", s.Given, value)
		}
		if _, ok := s.Runtime("PATH"); !ok {
			t.Errorf("given %q: no environment was read: %q", s.Given, s.Env)
		}
	}
	p, d := seen.Production, seen.Development
	if !p.Usual || p.Warnings || p.Paths || p.Scripts == 0 || p.Gzip == 0 {
		t.Errorf("production: %+v, want the usual build", p)
	}
	if d.Usual || !d.Warnings || !d.Paths || d.Bytes < p.Bytes*3/2 || d.Gzip <= p.Gzip {
		t.Errorf("development: %+v, want React's development build; production %+v", d, p)
	}
	// NODE_ENV does not decide on minification: vite build minifies in both cases.
	if d.Bytes/int64(d.Lines+1) < 1000 || p.Bytes/int64(p.Lines+1) < 1000 {
		t.Errorf("bytes a line: development %d/%d, production %d/%d", d.Bytes, d.Lines, p.Bytes, p.Lines)
	}
	if e := seen.EarlyProduction; e.Built || !strings.Contains(e.Log, "vite: not found") {
		t.Errorf("production before npm ci: %+v", e)
	}
	if e := seen.EarlyDevelopment; !e.Built || e.Log != "" {
		t.Errorf("development before npm ci: %+v", e)
	}
	s := seen.Secret
	if !s.Used || !s.StageHistory || !strings.Contains(s.Instruction, "TOKEN=VALUE") || s.StageEnv || s.FinalHistory {
		t.Errorf("secret: %+v", s)
	}
}

func TestReadApp(t *testing.T) {
	got, err := readApp(fstest.MapFS{
		"index.html": {Data: []byte("/spa/src/")}, "assets/a.js": {Data: []byte("one\ntwo\n")},
		"assets/a.js.gz": {Data: []byte("12")},
		"assets/b.js":    {Data: append([]byte("/spa/src/b.ts "), reactWarning...)},
	})
	want := record.AppBuild{Scripts: 2, Bytes: int64(8 + 14 + len(reactWarning)), Lines: 2, Gzip: 2,
		Warnings: true, Paths: true}
	if err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

func TestSameFiles(t *testing.T) {
	a := fstest.MapFS{"index.html": {Data: []byte("page")}, "a/b.js": {Data: []byte("script")}}
	for name, c := range map[string]struct {
		b    fstest.MapFS
		want bool
	}{
		"the same":        {fstest.MapFS{"index.html": a["index.html"], "a/b.js": a["a/b.js"]}, true},
		"one is missing":  {fstest.MapFS{"index.html": a["index.html"]}, false},
		"one is new":      {fstest.MapFS{"index.html": a["index.html"], "a/b.js": a["a/b.js"], "c": {}}, false},
		"one has another": {fstest.MapFS{"index.html": a["index.html"], "a/b.js": {Data: []byte("Script")}}, false},
	} {
		if got, err := sameFiles(a, c.b); err != nil || got != c.want {
			t.Errorf("%s: %t, %v", name, got, err)
		}
	}
}

func TestJudgeArguments(t *testing.T) {
	type observed = record.BuildArgumentsObserved
	for _, c := range []struct {
		name  string
		spoil func(*observed)
		want  record.Verdict
	}{
		{"as claimed", func(*observed) {}, record.Holds},
		{"the value remains", func(seen *observed) { seen.Secret.StageHistory = true }, record.Partly},
		{"above npm ci it fails", func(seen *observed) { seen.EarlyProduction.Built = false }, record.Partly},
		{"another base", func(seen *observed) { seen.Scopes[0].OnBase = false }, record.Partly},
		{"NODE_ENV changes nothing", func(seen *observed) { seen.Development = seen.Production }, record.Partly},
		{"nothing is so", func(seen *observed) {
			*seen = observed{Scopes: make([]record.ArgumentScope, 1), Secret: record.SecretArgument{StageHistory: true}}
		}, record.Refuted},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := observed{
				Scopes: []record.ArgumentScope{{Before: record.UnsetVariable,
					After: "production", OnBase: true}},
				Production:      record.AppBuild{Bytes: 1, Usual: true},
				Development:     record.AppBuild{Bytes: 2, Warnings: true},
				EarlyProduction: record.EarlyBuild{Built: true},
			}
			c.spoil(&seen)
			if got := judgeArguments(seen); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
