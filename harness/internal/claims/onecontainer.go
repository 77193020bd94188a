package claims

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

func oneContainerClaim() claim.Claim {
	return claim.Claim{
		ID:    "one-container",
		Words: "One container instead of three: fewer containers, networks and configuration, no proxy and no CORS.",
		Test: "Count what each variant is made of, from its Dockerfiles and its running containers, " +
			"and send its API a request as its own page does",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			var seen record.PartsObserved
			for _, v := range b.Strategies() {
				parts, err := observeParts(ctx, b, v)
				if err != nil {
					return record.Judgement{}, fmt.Errorf("count the containers and configuration of %s: %w",
						v.Name, err)
				}
				seen.Variants = append(seen.Variants, parts)
			}
			return record.Judgement{Verdict: judgeParts(seen), Observed: record.Observed{Parts: &seen}}, nil
		},
	}
}

// observeParts counts what a variant is made of, and asks its API whether it sends CORS header fields.
func observeParts(ctx context.Context, b *claim.Bench, v variants.Variant) (record.VariantParts, error) {
	parts := record.VariantParts{Variant: v.Name}
	for _, c := range v.Containers {
		parts.Containers = append(parts.Containers, c.Name)
		if c.Name == proxyContainer {
			parts.Proxies++
		}
	}
	if len(v.Containers) > 1 {
		parts.Networks = 1
	}
	if err := countLines(b.Lab.Root(), v, &parts); err != nil {
		return parts, err
	}
	err := b.Running(ctx, v, lab.Options{Bridge: true}, func(r *lab.Running) (err error) {
		parts.CORSFields, err = countCORSFields(ctx, r)
		return err
	})
	return parts, err
}

// countLines counts the lines of a variant's Dockerfiles, and of the configuration files that they copy. A file that
// several containers use counts once.
func countLines(root string, v variants.Variant, parts *record.VariantParts) error {
	counted := map[string]bool{}
	for _, c := range v.Containers {
		name := filepath.Join("dockerfiles", c.Dockerfile+".Dockerfile")
		if counted[name] {
			continue
		}
		counted[name] = true
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		parts.DockerfileLines += significantLines(string(text))
		for _, file := range configurationOf(string(text)) {
			if counted[file] {
				continue
			}
			counted[file] = true
			text, err := os.ReadFile(filepath.Join(root, file))
			if err != nil {
				return err
			}
			parts.ConfigLines += significantLines(string(text))
			parts.ConfigFiles = append(parts.ConfigFiles, file)
		}
	}
	return nil
}

// countCORSFields counts the CORS header fields in the API's response to a page of its own origin.
func countCORSFields(ctx context.Context, r *lab.Running) (int, error) {
	header := browser.APIHeader(claim.AsCurl)
	header.Set("Origin", r.URL)
	addr := strings.TrimPrefix(r.URL, "http://")
	res, err := rawhttp.Ask(ctx, addr, http.MethodGet, rig.APITarget, header, "")
	if err != nil {
		return 0, err
	}
	if err := rig.CorrectAPI(res); err != nil {
		return 0, err
	}
	n := 0
	for name := range res.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			n++
		}
	}
	return n, nil
}

// proxyContainer is the name of the container that passes requests on, in variants that have one.
const proxyContainer = "proxy"

var copiedConfiguration = regexp.MustCompile(`(?m)^COPY (variants/\S+\.(?:conf|conf\.py|sh)) `)

// configurationOf returns the configuration files that a Dockerfile copies.
func configurationOf(dockerfile string) []string {
	var files []string
	for _, m := range copiedConfiguration.FindAllStringSubmatch(dockerfile, -1) {
		files = append(files, m[1])
	}
	return files
}

// significantLines counts lines that are neither blank nor comments.
func significantLines(text string) int {
	n := 0
	for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "#") {
			n++
		}
	}
	return n
}

// judgeParts judges by configuration, networks and proxies, and by who sends CORS header fields. That one container
// needs none is an advantage only where several containers need them.
func judgeParts(seen record.PartsObserved) record.Verdict {
	one, several := seen.BySize()
	if len(one) == 0 || len(several) == 0 {
		return record.NotTested
	}
	fewest := slices.MinFunc(several, func(a, b record.VariantParts) int { return a.ConfigLines - b.ConfigLines })
	fewer := !slices.ContainsFunc(one, func(v record.VariantParts) bool {
		return v.ConfigLines >= fewest.ConfigLines || v.Networks+v.Proxies > 0
	})
	sendsCORS := func(v record.VariantParts) bool { return v.CORSFields > 0 }
	return claim.VerdictOf(fewer, !slices.ContainsFunc(one, sendsCORS), slices.ContainsFunc(several, sendsCORS))
}
