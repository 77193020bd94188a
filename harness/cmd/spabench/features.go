package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"spabench/harness/internal/nearest"
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
		{"slow", "/api/slow?ms=1500", "GET takes from one to five seconds", pathOf(func(t *spatest.Target) *string { return &t.APISlow })},
		{"fail", "/api/fail?status={status}", "GET fails with the status in place of {status}", func(t *spatest.Target, v string) error {
			if !strings.Contains(v, "{status}") {
				return fmt.Errorf("%q has no {status}, in whose place the status is sent", v)
			}
			return pathOf(func(t *spatest.Target) *string { return &t.APIFail })(t, v)
		}},
		{"events", "/api/events", "GET sends three server-sent events, 100 ms apart or more", pathOf(func(t *spatest.Target) *string { return &t.APIEvents })},
		{"write", "/api/items", "POST takes JSON, and refuses by itself what is not valid", pathOf(func(t *spatest.Target) *string { return &t.APIWrite })},
		{"limit", "1048576", "bytes that may be written there, on the whole way", func(t *spatest.Target, v string) error {
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil || n <= 0 {
				return fmt.Errorf("%q is no number of bytes", v)
			}
			t.APILimit = n
			return nil
		}},
		{"guard", "/.env", "a file that exists and must be refused; it holds a canary (may be repeated)", func(t *spatest.Target, v string) error {
			var guarded string
			if err := pathOf(func(*spatest.Target) *string { return &guarded })(t, v); err != nil {
				return err
			}
			t.Guarded = append(t.Guarded, guarded)
			return nil
		}},
		{"canary", "a-string-of-yours", "stands in files that must never be served (may be repeated)", func(t *spatest.Target, v string) error {
			t.Canaries = append(t.Canaries, v)
			return nil
		}},
		{"retained", "1h", "for how long a deploy keeps the assets of the last build", func(t *spatest.Target, v string) error {
			d, err := time.ParseDuration(v)
			if err != nil || d <= 0 {
				return fmt.Errorf("%q is no duration, such as 30m or 24h", v)
			}
			t.Retains = d
			return nil
		}},
	}
}

// spelling is how each field of a target that a reason can name is set here.
var spelling = map[string]string{
	"URL": "the path of the URL", "Dist": "--dist FOLDER", "API": "--api PREFIX", "APIGet": "--api-get PATH",
	"APISlow": "--features slow=PATH", "APIFail": "--features fail=PATH", "APIEvents": "--features events=PATH",
	"APIWrite": "--features write=PATH", "APILimit": "--features limit=BYTES",
	"Guarded": "--features guard=PATH", "Canaries": "--features canary=STRING", "Retains": "--features retained=TIME",
	"Routes": "--routes PATHS", "Header": "--header", "Rate": "--rate", "TLS": "--cacert, --insecure",
	"Browser": "install Chromium or Chrome, or name it in CHROME",
	// What needs more than a URL is for go test alone.
	"Host": "in Go alone: spatest.Target.Host", "NextDist": "in Go alone: spatest.Target.NextDist",
	"Dial": "in Go alone: spatest.Target.Dial",
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
			return fmt.Errorf("%q is no encoded path, such as /api/items", v)
		}
		*field(t) = v
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
			return fmt.Errorf("--features %s: give its value, such as %s=%s", name, name, features()[i].example)
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
	return fmt.Errorf("--features: unknown %q; did you mean %q? (spabench list features)", name, nearest.Name(name, featureNames()))
}

// offering says how a feature that a check needs is offered on the command line.
func offering(f spatest.Feature) string {
	for _, known := range features() {
		if known.name == string(f) {
			return fmt.Sprintf("give it by --features %s=%s", known.name, known.example)
		}
	}
	switch f {
	case spatest.FeatureDist:
		return "give it by --dist FOLDER"
	case spatest.FeatureAPI:
		return "give it by --api and --api-get, where they are not /api and /api/health"
	case spatest.FeatureBrowser:
		return "give it by an installed Chromium or Chrome, or one that the environment variable CHROME names"
	case spatest.FeatureBase:
		return "give it by a path in the URL"
	}
	return "it cannot be given on the command line; a test in Go can, and the variants' tests do (spatest.Target)"
}
