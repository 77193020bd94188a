package main

import (
	"strings"
	"testing"

	"spabench/harness/internal/cause"
	"spabench/harness/spatest"
)

func TestBreakCommand(t *testing.T) {
	long := strings.Repeat("x", 90)
	for command, want := range map[string]string{
		"curl -i http://127.0.0.1/": "curl -i http://127.0.0.1/",
		"curl -i -H 'Accept: " + long + "' -X POST http://127.0.0.1/": "curl -i \\\n    -H 'Accept: " + long +
			"' \\\n    -X POST http://127.0.0.1/",
		`curl -H 'A: it'\''s one word, ` + long + `' "b c"`: "curl \\\n    -H 'A: it'\\''s one word, " + long +
			"' \\\n    \"b c\"",
	} {
		if got := breakCommand(10, 4, command); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", command, got, want)
		}
	}
}

func TestReasonFitsALine(t *testing.T) {
	checks := []string{"api-reached", "api-unknown-404", "api-unknown-json", "api-streaming"}
	for why, want := range map[string]string{
		"nothing is compressed": "   4  nothing is compressed: api-reached, api-unknown-404, … (+2)",
		"needs a browser (install Chromium or Chrome, or name it in CHROME)": "   4  needs a browser " +
			"(install Chromium or Chrome, or name it in CHROME)",
		"needs " + strings.Repeat("a thing ", 12) + "(--dist FOLDER)": "   4  needs a thing a thing a thing a thing a " +
			"thing a thing a t… (--dist FOLDER)",
	} {
		if got := reason(cause.Same{Reason: why, Checks: checks}); got != want {
			t.Errorf("%q\nwant\n%q", got, want)
		}
	}
}

func TestSentence(t *testing.T) {
	for text, want := range map[string]string{
		"a 405 does not list GET":      "A 405 does not list GET.",
		"/index.html is not there":     "/index.html is not there.",
		"If-None-Match is ignored":     "If-None-Match is ignored.",
		"What is missing gets a page.": "What is missing gets a page.",
	} {
		if got := sentence(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestHintOfGuard: a file that is refused with a 403 may be meant to be.
func TestHintOfGuard(t *testing.T) {
	refusal := spatest.Finding{Check: "assets-bytes-exact", Message: "a file of the build is not served",
		Exchange: &spatest.Exchange{Origin: "http://127.0.0.1", Request: spatest.Request{Target: "/secret.json"},
			Response: &spatest.Response{Status: 403}}}
	text := brief(spatest.Report{Outcomes: []spatest.Outcome{
		{Check: "assets-bytes-exact", Verdict: spatest.Failed, Findings: []spatest.Finding{refusal}}}}, "")
	if !strings.Contains(text, "--features guard=/secret.json,canary=") {
		t.Errorf("no hint:\n%s", text)
	}
}

// TestShownOnce: two causes with one fix show it once.
func TestShownOnce(t *testing.T) {
	r := spatest.Report{}
	for _, check := range []string{"conditional-validator", "conditional-precedence"} {
		r.Outcomes = append(r.Outcomes, spatest.Outcome{Check: check, Verdict: spatest.Failed,
			Findings: []spatest.Finding{{Check: check, Message: "it is broken"}}})
	}
	if text := brief(r, "nginx"); strings.Count(text, "if_modified_since exact") != 1 ||
		!strings.Contains(text, "with nginx, as in 1\n") {
		t.Errorf("not once:\n%s", text)
	}
}
