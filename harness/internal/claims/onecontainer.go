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
		Test:  "Count what each variant is made of, from its Dockerfiles and the containers that run, and ask its API as a page of the same origin does",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			var all []parts
			for _, v := range b.Strategies() {
				p, err := observeParts(ctx, b, v)
				if err != nil {
					return record.Judgement{}, fmt.Errorf("count the parts of %s: %w", v.Name, err)
				}
				all = append(all, p)
			}
			return judgeParts(all), nil
		},
	}
}

// parts are what a variant is made of.
type parts struct {
	name       string
	containers []string
	networks   int // of its own: containers that talk to each other need one
	proxies    int // containers that hand requests on
	dockerfile int // lines of its Dockerfiles, without blank ones and comments
	config     int // lines of the configuration that they copy in, counted likewise
	files      []string
	cors       int // header fields named Access-Control-… in the API's answer
}

func observeParts(ctx context.Context, b *claim.Bench, v variants.Variant) (parts, error) {
	p := parts{name: v.Name}
	seen := map[string]bool{}
	for _, c := range v.Containers {
		p.containers = append(p.containers, c.Name)
		if c.Name == proxyContainer {
			p.proxies++
		}
		name := filepath.Join("dockerfiles", c.Dockerfile+".Dockerfile")
		if seen[name] {
			continue
		}
		seen[name] = true
		text, err := os.ReadFile(filepath.Join(b.Lab.Root(), name))
		if err != nil {
			return p, err
		}
		p.dockerfile += significantLines(string(text))
		for _, file := range configurationOf(string(text)) {
			if seen[file] {
				continue
			}
			seen[file] = true
			text, err := os.ReadFile(filepath.Join(b.Lab.Root(), file))
			if err != nil {
				return p, err
			}
			p.config += significantLines(string(text))
			p.files = append(p.files, file)
		}
	}
	if len(v.Containers) > 1 {
		p.networks = 1
	}
	return p, b.Running(ctx, v, lab.Options{Bridge: true}, func(r *lab.Running) error {
		header := browser.APIHeader("identity")
		header.Set("Origin", r.URL)
		res, err := rawhttp.Ask(ctx, strings.TrimPrefix(r.URL, "http://"), http.MethodGet, rig.APITarget, header, "")
		if err != nil {
			return err
		}
		if err := rig.CorrectAPI(res); err != nil {
			return err
		}
		for name := range res.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				p.cors++
			}
		}
		return nil
	})
}

// proxyContainer is the container that hands requests on, where it is one of its own.
const proxyContainer = "proxy"

var copiedConfiguration = regexp.MustCompile(`(?m)^COPY (variants/\S+\.(?:conf|conf\.py|sh)) `)

// configurationOf returns the files of configuration that a Dockerfile copies in.
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

func judgeParts(all []parts) record.Judgement {
	t := record.Sheet{Name: "parts", Title: "Parts", Doc: "Lines: without blank ones and comments, of the Dockerfiles and of the configuration that they copy in. Each variant publishes one port and gets no secret. CORS: header fields Access-Control-… in the answer of its API to a page of its own origin.",
		Head: []string{"variant", "containers", "networks of its own", "proxies", "Dockerfile lines", "configuration lines", "CORS fields"}}
	fewer, corsOne, corsMany := true, false, false
	var one, many []parts
	for _, p := range all {
		t.Rows = append(t.Rows, []string{p.name, fmt.Sprintf("%d: %s", len(p.containers), strings.Join(p.containers, ", ")), fmt.Sprint(p.networks), fmt.Sprint(p.proxies),
			fmt.Sprint(p.dockerfile), fmt.Sprint(p.config), fmt.Sprint(p.cors)})
		if len(p.containers) == 1 {
			one = append(one, p)
			corsOne = corsOne || p.cors > 0
		} else {
			many = append(many, p)
			corsMany = corsMany || p.cors > 0
		}
	}
	if len(one) == 0 || len(many) == 0 {
		return record.Judgement{Verdict: record.NotTested, Why: "there is nothing to compare: variants with one container and with several are needed", Tables: []record.Sheet{t}}
	}
	most := func(of []parts, n func(parts) int) int {
		return n(slices.MaxFunc(of, func(a, b parts) int { return n(a) - n(b) }))
	}
	least := func(of []parts, n func(parts) int) int {
		return n(slices.MinFunc(of, func(a, b parts) int { return n(a) - n(b) }))
	}
	config := func(p parts) int { return p.config }
	fewer = most(one, config) < least(many, config) && most(one, func(p parts) int { return p.networks + p.proxies }) == 0
	// That one container needs no CORS is an advantage only where several need it.
	j := record.Judgement{Tables: []record.Sheet{t}, Verdict: claim.VerdictOf(fewer, !corsOne, corsMany)}
	j.Why = fmt.Sprintf("one container has at most %d lines of configuration, no network of its own and no proxy; %s has %d containers, a network, a proxy and %d lines. ",
		most(one, config), many[0].name, len(many[0].containers), many[0].config)
	if !corsOne && !corsMany {
		j.Why += "But CORS tells them apart in no way: a proxy in front of three containers gives one origin, too"
	} else {
		j.Why += fmt.Sprintf("CORS header fields were sent by one container: %s; by several: %s", claim.YesNo(corsOne), claim.YesNo(corsMany))
	}
	for _, p := range all {
		if len(p.files) > 0 {
			j.Evidence = append(j.Evidence, fmt.Sprintf("Configuration of %s: %s.", p.name, strings.Join(p.files, ", ")))
		}
	}
	return j
}
