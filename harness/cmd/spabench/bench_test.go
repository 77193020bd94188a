package main

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"spabench/harness/internal/bench"
	"spabench/variants"
)

func TestReproduce(t *testing.T) {
	for _, tc := range []struct {
		args []string
		want string
	}{
		{nil, `make bench ARGS="--seed 7"`},
		{[]string{"--seed=3", "--out=elsewhere"}, `make bench ARGS="--seed 7"`},
		{[]string{"--quick"}, `make bench ARGS="--seed 7 --quick"`},
		{
			[]string{"--rounds=3", "--only=fastapi", "--only=disk-go"},
			`make bench ARGS="--seed 7 --only fastapi,disk-go --rounds 3"`,
		},
		{
			[]string{"--slo=p99=20ms", "--time-budget=30m", "--within=3%"},
			`make bench ARGS="--seed 7 --slo p99=20ms --time-budget 30m0s --within 3%"`,
		},
		{
			[]string{"--add=shop=./Dockerfile", "--add=today"},
			`make bench ARGS="--seed 7 --add shop=./Dockerfile --add today"`,
		},
		{[]string{"--dist=./dist"}, `make bench ARGS="--seed 7 --dist ./dist"`},
		{[]string{"--connections=4"}, `make bench ARGS="--seed 7 --connections 4"`},
		{[]string{"--memory=128m", "--cpus=0.25"}, `make bench ARGS="--seed 7 --cpus 0.25 --memory 128m"`},
	} {
		c := benchCommand()
		if err := c.ParseFlags(tc.args); err != nil {
			t.Fatal(err)
		}
		got := reproduce(c.Flags(), 7, true)
		if got != tc.want {
			t.Errorf("%q: %s, want %s", tc.args, got, tc.want)
		}
		// What it says is a command that this one takes.
		m := regexp.MustCompile(`^make bench ARGS=("[^"]*")$`).FindStringSubmatch(got)
		if m == nil {
			t.Fatalf("%q", got)
		}
		said, err := strconv.Unquote(m[1])
		if err != nil {
			t.Fatal(err)
		}
		if err := benchCommand().ParseFlags(strings.Fields(said)); err != nil {
			t.Errorf("%q: %v", said, err)
		}
	}
}

func TestSelectVariants(t *testing.T) {
	usual := "embedded-go disk-go fastapi nginx-three-container null"
	for _, tc := range []struct {
		only []string
		want string
	}{
		{nil, usual}, // and no extra one: a run of all is to stay below eight minutes
		{[]string{"django"}, "django null"},
		{[]string{"embedded-go-cgo"}, "embedded-go-cgo null"},
		{[]string{"null", "django", "disk-go"}, "disk-go django null"},
		{[]string{"embedded-go", "embedded-go-schedtrace"}, "embedded-go null embedded-go-schedtrace"},
	} {
		vs, err := selectVariants(tc.only)
		if got := strings.Join(variants.Names(vs), " "); err != nil || got != tc.want {
			t.Errorf("%q: %s, %v; want %s", tc.only, got, err, tc.want)
		}
	}
	for _, wrong := range []string{"article-django", "planted-cpu", "djnago"} {
		if vs, err := selectVariants([]string{wrong}); err == nil {
			t.Errorf("%s: %d variants", wrong, len(vs))
		}
	}
	if _, err := selectServers([]string{"embedded-go-schedtrace"}); err == nil ||
		!strings.Contains(err.Error(), "only measured") {
		t.Errorf("an experiment is checked: %v", err)
	}
	if names := bench.DefaultPlan(variants.Measured(), 1).Variants; strings.Join(names, " ") != usual {
		t.Errorf("the default plan measures %q", names)
	}
}
