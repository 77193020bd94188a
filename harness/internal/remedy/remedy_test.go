package remedy

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"spabench/harness/internal/cause"
	"spabench/harness/spatest"
)

// TestData: every key is a check or a cause, every file is listed, and a remedy is a few lines that fit a terminal.
func TestData(t *testing.T) {
	checks := map[string]bool{}
	for _, c := range spatest.Checks() {
		checks[c.Name] = true
	}
	for _, c := range cause.Causes() {
		checks[c.Name] = true
	}
	files, err := data.ReadDir("data")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(names) {
		t.Errorf("%d files for the names %v", len(files), names)
	}
	for _, s := range Servers() {
		if s.Title == "" {
			t.Errorf("%s has no title", s.Name)
		}
		for _, check := range s.Checks() {
			remedy := s.Remedy(check)
			if !checks[check] {
				t.Errorf("%s: no check or cause is called %q", s.Name, check)
			}
			if lines := strings.Count(remedy, "\n") + 1; lines > 15 {
				t.Errorf("%s: %s: %d lines", s.Name, check, lines)
			}
			for line := range strings.Lines(strings.ReplaceAll(remedy, "\t", "    ")) {
				if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > 76 {
					t.Errorf("%s: %s: a long line: %s", s.Name, check, line)
				}
			}
		}
	}
}

// TestEveryServerMendsWhatMattersMost: the mistakes that break apps have a remedy for every server.
func TestEveryServerMendsWhatMattersMost(t *testing.T) {
	for _, s := range Servers() {
		for _, check := range []string{
			"routing-root", "routing-deep-link", "routing-dot-in-route", "routing-real-file-wins",
			"routing-prefix-boundary",
			"api-unknown-404", "api-unknown-json", "api-unsafe-never-shell", "assets-missing-404", "assets-well-known",
			"caching-index-revalidates", "caching-hashed-immutable", "conditional-304", "methods-head-parity",
		} {
			if s.Remedy(check) == "" {
				t.Errorf("%s: no remedy for %s", s.Name, check)
			}
		}
	}
}

func TestFind(t *testing.T) {
	if s, err := Find("nginx"); err != nil || s.Title != "nginx" ||
		!strings.Contains(s.Remedy("routing-deep-link"), "try_files") {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := Find("ngnix"); err == nil || !strings.Contains(err.Error(), `did you mean "nginx"?`) {
		t.Errorf("%v", err)
	}
}

func TestFor(t *testing.T) {
	proxied := answer(`{"detail":"Not Found"}`, "Server", "nginx")
	whole := Recognise(outcome("routing-root", proxied), outcome("routing-root", answer("", "Server", "nginx")))
	for _, tc := range []struct {
		name string
		of   spatest.Outcome
		want []string
	}{
		{"its own exchange", outcome("api-unknown-404", answer("404 page not found")), []string{"go"}},
		{"of the whole report", outcome("routing-deep-link", answer("")), []string{"nginx", "fastapi"}},
		{"no remedy", outcome("no-such-check", proxied), nil},
	} {
		var got []string
		for _, s := range For([]string{tc.of.Check}, whole, tc.of) {
			got = append(got, s.Name)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}
