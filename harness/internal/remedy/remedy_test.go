package remedy

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"spabench/harness/spatest"
)

// TestData: every key is a check, every file is listed, and a remedy is a few lines that fit a terminal.
func TestData(t *testing.T) {
	checks := map[string]bool{}
	for _, c := range spatest.Checks() {
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
				t.Errorf("%s: no check is called %q", s.Name, check)
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

func outcome(check string, responses ...spatest.Response) spatest.Outcome {
	o := spatest.Outcome{
		Check:    check,
		Verdict:  spatest.Failed,
		Findings: []spatest.Finding{{}, {Exchange: &spatest.Exchange{}}},
	}
	for _, r := range responses {
		o.Findings = append(o.Findings, spatest.Finding{Exchange: &spatest.Exchange{Response: &r}})
	}
	return o
}

func answer(excerpt string, fields ...string) spatest.Response {
	r := spatest.Response{Header: http.Header{}, Excerpt: excerpt}
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	return r
}

func TestRecognise(t *testing.T) {
	for _, tc := range []struct {
		name     string
		response spatest.Response
		want     []string
	}{
		{"nothing", answer("Not Found\n", "Server", "gunicorn"), nil},
		{"nginx", answer("", "Server", "nginx/1.27.0"), []string{"nginx"}},
		{"nginx, without its version", answer("<html>\r\n<center>nginx</center>"), []string{"nginx"}},
		{"Caddy", answer("", "Server", "Caddy"), []string{"caddy"}},
		{"Caddy in front of Express", answer("", "Via", "1.1 Caddy", "X-Powered-By", "Express"),
			[]string{"caddy", "express"}},
		{"FastAPI behind nginx", answer(`{"detail":"Not Found"}`, "Server", "nginx"), []string{"nginx", "fastapi"}},
		{"uvicorn", answer("Not Found", "Server", "uvicorn"), []string{"fastapi"}},
		{"Django", answer("\n<!doctype html>\n<html lang=\"en\">\n<head>\n  <title>Not Found</title>\n</head>\n" +
			"<body>\n  <h1>Not Found</h1><p>The requested resource was"), []string{"django"}},
		{"Express", answer("<!DOCTYPE html>\n<pre>Cannot GET /x</pre>", "Content-Type", "text/html; charset=utf-8"),
			[]string{"express"}},
		{"Fiber", answer("Cannot GET /x", "Content-Type", "text/plain; charset=utf-8"), []string{"fiber"}},
		{"Go", answer("404 page not found\n", "Content-Type", "text/plain; charset=utf-8"), []string{"go"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, s := range Recognise(outcome("routing-root", tc.response)) {
				got = append(got, s.Name)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
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
		for _, s := range For(tc.of, whole) {
			got = append(got, s.Name)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}
