package main

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/described"
	"spabench/harness/spatest"
)

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
	for _, f := range described.Features() {
		names = append(names, f.Name)
	}
	return names
}

// setFeatures reads what --features says.
func setFeatures(t *spatest.Target, given []string) error {
	for _, item := range given {
		name, value, ok := strings.Cut(item, "=")
		i := slices.IndexFunc(described.Features(), func(f described.Feature) bool { return f.Name == name })
		switch {
		case i < 0:
			return unknownFeature(name)
		case !ok || value == "":
			return fmt.Errorf("--features %s: a value is missing; give it as %s=%s, for example",
				name, name, described.Features()[i].Example)
		}
		if err := described.Features()[i].Set(t, value); err != nil {
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
	for _, known := range described.Features() {
		if known.Name == string(f) {
			return fmt.Sprintf("use --features %s=%s", known.Name, known.Example)
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
