package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"spabench/harness/spatest"
)

// feature is what --features can say of a server.
type feature struct {
	name    string
	example string
	what    string
	set     func(*spatest.Target, string) error
}

func features() []feature {
	return []feature{
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
			addGuarded,
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
			func(t *spatest.Target, v string) error {
				var route string
				if err := pathOf(func(*spatest.Target) *string { return &route })(t, v); err != nil {
					return err
				}
				t.FormPosts = append(t.FormPosts, route)
				return nil
			},
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

func addGuarded(t *spatest.Target, v string) error {
	var guarded string
	if err := pathOf(func(*spatest.Target) *string { return &guarded })(t, v); err != nil {
		return err
	}
	t.Guarded = append(t.Guarded, guarded)
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

// spelling is how each field of a target that a reason can name is set here.
var spelling = map[string]string{
	"URL": "the path of the URL", "Dist": "--dist FOLDER", "API": "--api PREFIX", "APIGet": "--api-get PATH",
	"APISlow": "--features slow=PATH", "APIFail": "--features fail=PATH", "APIEvents": "--features events=PATH",
	"APIWrite": "--features write=PATH", "APILimit": "--features limit=BYTES",
	"Guarded": "--features guard=PATH", "FormPosts": "--features form-post=PATH",
	"Canaries": "--features canary=STRING", "Retains": "--features retained=TIME",
	"Configured": "--features configured=PATH",
	"Routes":     "--routes PATHS", "Header": "--header", "Rate": "--rate", "TLS": "--cacert, --insecure",
	"Browser": "install Chromium or Chrome, or name it in CHROME",
	// What needs more than a URL is for go test alone.
	"Host": "only in Go: spatest.Target.Host", "NextDist": "only in Go: spatest.Target.NextDist",
	"Dial": "only in Go: spatest.Target.Dial",
}

func featureNames() []string {
	var names []string
	for _, f := range features() {
		names = append(names, f.name)
	}
	return names
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

// setFeatures reads what --features says.
func setFeatures(t *spatest.Target, given []string) error {
	for _, item := range given {
		name, value, ok := strings.Cut(item, "=")
		i := slices.IndexFunc(features(), func(f feature) bool { return f.name == name })
		switch {
		case i < 0:
			return unknownFeature(name)
		case !ok || value == "":
			return fmt.Errorf("--features %s: a value is missing; give it as %s=%s, for example",
				name, name, features()[i].example)
		}
		if err := features()[i].set(t, value); err != nil {
			return fmt.Errorf("--features %s: %w", name, err)
		}
	}
	return nil
}

func unknownFeature(name string) error {
	if slices.Contains(spatest.Features(), spatest.Feature(name)) {
		return fmt.Errorf("--features %s: %s", name, offering(spatest.Feature(name)))
	}
	err := unknownName("feature", name, featureNames(), "spabench list features")
	return fmt.Errorf("--features: %w", err)
}

// offering says how to offer a feature that a check needs on the command line.
func offering(f spatest.Feature) string {
	for _, known := range features() {
		if known.name == string(f) {
			return fmt.Sprintf("use --features %s=%s", known.name, known.example)
		}
	}
	switch f {
	case spatest.FeatureDist:
		return "use --dist FOLDER"
	case spatest.FeatureAPI:
		return "use --api and --api-get, unless they are /api and /api/health"
	case spatest.FeatureBrowser:
		return "install Chromium or Chrome, or name one in the environment variable CHROME"
	case spatest.FeatureFallback:
		return "use --dist FOLDER with a build that has a page of its own for routes, such as 200.html"
	case spatest.FeatureNested:
		return "use --dist FOLDER with a build that has an app in a folder, which is that app's base URL"
	case spatest.FeatureBase:
		return "give a URL with a path"
	}
	return "only available in Go tests (spatest.Target), such as those of the variants"
}
