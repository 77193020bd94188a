package bases

import (
	"strings"
	"testing"

	"spabench/harness/internal/rig/rigtest"
)

// A build argument has its value from its declaration in the stage on, while the image is built and not when it runs; it
// changes what the build tool and npm do; and it stays in the history of the image that declares it.
func TestBuildArguments(t *testing.T) {
	seen, err := buildArguments(t.Context(), rigtest.Open(t).Lab)
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
		if value, ok := s.Runs("NODE_ENV"); ok {
			t.Errorf("given %q: containers have NODE_ENV=%s", s.Given, value)
		}
		if _, ok := s.Runs("PATH"); !ok {
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
	// NODE_ENV does not decide about minification: vite build minifies in both.
	if d.Bytes/int64(d.Lines+1) < 1000 || p.Bytes/int64(p.Lines+1) < 1000 {
		t.Errorf("bytes a line: development %d/%d, production %d/%d", d.Bytes, d.Lines, p.Bytes, p.Lines)
	}
	if e := seen.EarlyProduction; e.Built || !strings.Contains(e.Log, "vite: not found") {
		t.Errorf("production before npm ci: %+v", e)
	}
	if e := seen.EarlyDevelopment; !e.Built || e.Log != "" {
		t.Errorf("development before npm ci: %+v", e)
	}
	if s := seen.Secret; !s.Used || !s.StageHistory || !strings.Contains(s.Instruction, "TOKEN=VALUE") || s.StageEnv || s.FinalHistory {
		t.Errorf("secret: %+v", s)
	}
}
