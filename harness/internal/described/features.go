package described

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"spabench/harness/spatest"
)

// Feature is what can be said of a server beside its app, with --features or in a project's file.
type Feature struct {
	Name    string
	Example string
	What    string
	Set     func(*spatest.Target, string) error
}

// Features lists all of them.
func Features() []Feature {
	return []Feature{
		{
			"slow", "/api/slow?ms=1500", "GET takes one to five seconds",
			pathOf(func(t *spatest.Target) *string { return &t.APISlow }),
		},
		{"fail", "/api/fail?status={status}", "GET answers with the status given in place of {status}", setFail},
		{
			"events", "/api/events", "GET sends three server-sent events, at least 100 ms apart",
			pathOf(func(t *spatest.Target) *string { return &t.APIEvents }),
		},
		{
			"write", "/api/items", "POST accepts JSON, and the app itself rejects what is not valid",
			pathOf(func(t *spatest.Target) *string { return &t.APIWrite }),
		},
		{"limit", "1048576", "largest request body, in bytes, that every layer lets through to write", setLimit},
		{
			"guard", "/.env", "a file that exists but must never be served; it contains a canary (may be repeated)",
			appendPath(func(t *spatest.Target) *[]string { return &t.Guarded }),
		},
		{
			"canary", "a-string-of-yours", "a string in files that must never be served (may be repeated)",
			func(t *spatest.Target, v string) error {
				t.Canaries = append(t.Canaries, v)
				return nil
			},
		},
		{
			"form-post", "/signin/callback", "a route that takes a form by POST, as sign-ins send it (may be repeated)",
			appendPath(func(t *spatest.Target) *[]string { return &t.FormPosts }),
		},
		{"retained", "1h", "how long the assets of the previous build stay available after a deploy", setRetains},
		{
			"configured", "/boot.js", "a file of the build that a start of the server writes anew (may be repeated)",
			appendPath(func(t *spatest.Target) *[]string { return &t.Configured }),
		},
	}
}

func setFail(t *spatest.Target, v string) error {
	if !strings.Contains(v, "{status}") {
		return fmt.Errorf("%q lacks {status}, which is replaced by the status to answer with", v)
	}
	return pathOf(func(t *spatest.Target) *string { return &t.APIFail })(t, v)
}

func setLimit(t *spatest.Target, v string) error {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n <= 0 {
		return fmt.Errorf("%q is not a number of bytes, such as 1048576", v)
	}
	t.APILimit = n
	return nil
}

func setRetains(t *spatest.Target, v string) error {
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is not a duration, such as 30m or 24h", v)
	}
	t.Retains = d
	return nil
}

// pathOf sets a field to an encoded path.
func pathOf(field func(*spatest.Target) *string) func(*spatest.Target, string) error {
	return func(t *spatest.Target, v string) error {
		if !strings.HasPrefix(v, "/") || strings.ContainsAny(v, " \t\r\n") {
			return fmt.Errorf("%q is not a path, percent-encoded, such as /api/items", v)
		}
		*field(t) = v
		return nil
	}
}

// appendPath adds an encoded path to a field.
func appendPath(field func(*spatest.Target) *[]string) func(*spatest.Target, string) error {
	return func(t *spatest.Target, v string) error {
		var path string
		if err := pathOf(func(*spatest.Target) *string { return &path })(t, v); err != nil {
			return err
		}
		*field(t) = append(*field(t), path)
		return nil
	}
}
