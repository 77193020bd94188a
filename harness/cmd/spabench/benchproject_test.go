package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/project"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// A project's file knows the loads that an added server gets, under the same names.
func TestProjectLoads(t *testing.T) {
	var names []string
	for _, l := range bench.DefaultPlan(variants.Measured(), 1).Loads {
		if l.Container == "" && l.Method == "" {
			names = append(names, l.Name)
		}
	}
	slices.Sort(names)
	if known := slices.Sorted(slices.Values(project.Loads)); !slices.Equal(known, names) {
		t.Errorf("the file knows %q, and a plan has %q", known, names)
	}
}

// What is measured is what the file says, unless a flag says otherwise.
func TestBenchProject(t *testing.T) {
	t.Chdir(t.TempDir())
	err := errors.Join(
		os.WriteFile("spabench.yaml", []byte("servers:\n  a: {image: x, port: 1}\n  b: {image: y, port: 1}\n"+
			"compare-with: [disk-go]\n"), 0o644),
		os.WriteFile("other.yaml", []byte("servers: {c: {image: z, port: 1}}\n"), 0o644),
		os.WriteFile("app.yaml", []byte("app: {api: /api}\n"), 0o644))
	if err != nil {
		t.Fatal(err)
	}
	measured := strings.Join(variants.Names(variants.Measured()), " ")
	for _, tc := range []struct {
		args, want string
		inside     bool
	}{
		{"", "disk-go null a b", false},
		{"", measured, true},
		{"--project spabench.yaml", "disk-go null a b", true},
		{"--project other.yaml", measured + " c", true},
		{"--project=", measured, false},
		{"--only a", "a null", false},
		{"--only fastapi,b", "fastapi null b", false},
		{"--only fastapi", "fastapi null", false},
		{"--add x=nginx", "disk-go null x", false},
		{"--add x=nginx --only x", "x null", false},
		{"--project app.yaml --add x=nginx", measured + " x", false},
	} {
		f, c := benchFlags{}, benchCommand()
		c.ResetFlags()
		f.register(c.Flags())
		if err := c.ParseFlags(strings.Fields(tc.args)); err != nil {
			t.Fatal(err)
		}
		_, err := f.readProject(c.Flags(), tc.inside, io.Discard)
		if err != nil {
			t.Errorf("bench %s: %v", tc.args, err)
			continue
		}
		added, err := readAdded(f.add, f.project)
		if err != nil {
			t.Errorf("bench %s: %v", tc.args, err)
			continue
		}
		arms, err := selectArms(f.only, added)
		if got := strings.Join(variants.Names(arms), " "); err != nil || got != tc.want {
			t.Errorf("bench %s (in a checkout: %t): %s, %v, want %s", tc.args, tc.inside, got, err, tc.want)
		}
	}
}

// The loads are shown with what is requested of whom, how often, and in how many turns.
func TestWriteLoads(t *testing.T) {
	plan := bench.DefaultPlan(variants.Measured(), 1)
	plan = bench.Give(plan, []bench.Given{{Name: "page", Path: "/shop", Rate: 500}})
	var b bytes.Buffer
	writeLoads(&b, plan, []rig.Added{
		{Name: "today", App: variants.App{Routes: []string{"/orders"}, APIGet: "/api/up"}}, {Name: "next"},
	})
	for _, want := range []string{
		"  page              GET / (today: /shop, next: /shop)                     500/s   15 × 200ms  " +
			"after 40ms, and 20ms before each\n",
		"  deep-link         GET /books/42 (today: /orders)                        1000/s  4 × 100ms   " +
			"after 20ms, and 10ms before each\n",
		"(today: /api/up, next: none)", "  page-direct       GET /, asked of the container frontend",
		"  visit             first visits to /  ", "  revisit           repeat visits to /  ", "POST /api/books",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no line with %q:\n%s", want, b.String())
		}
	}
	b.Reset()
	plan.Variants = []string{"disk-go", "null"}
	writeLoads(&b, bench.Limit(plan, bench.Limits{CPUs: 0.5}), nil)
	if !strings.Contains(b.String(), "\n  page ") {
		t.Error(b.String())
	}
	for _, absent := range []string{"×", "frontend", "lowered"} { // no slices, no such container, no added server
		if strings.Contains(b.String(), absent) {
			t.Errorf("there is %q:\n%s", absent, b.String())
		}
	}
}
