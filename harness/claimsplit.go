package harness

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/variants"
)

func splitLaterClaim() Claim {
	return Claim{
		ID:    "split-later",
		Words: "You can always split them later: the same front end and back end in three containers, without a change of code.",
		Test:  "Compare which of the checkout's sources the Dockerfiles of one and of three containers copy, then ask both forms for the same things and compare the answers",
		run: func(ctx context.Context, b *claimBench) (record.Judgement, error) {
			var all []split
			for _, pair := range splitPairs {
				one, isOne := variants.Find(pair[0])
				three, isThree := variants.Find(pair[1])
				if !isOne || !isThree {
					return record.Judgement{}, fmt.Errorf("split %s into %s: not both are in the catalogue", pair[0], pair[1])
				}
				s, err := b.split(ctx, one, three)
				if err != nil {
					return record.Judgement{}, fmt.Errorf("compare %s with %s: %w", one.Name, three.Name, err)
				}
				all = append(all, s)
			}
			return judgeSplits(all), nil
		},
	}
}

// splitPairs are one-container variants and what they are split into.
var splitPairs = [][2]string{{"embedded-go", "nginx-three-container"}}

// split compares a variant with the one that it is split into.
type split struct {
	one, three string
	shared     []string // sources that the Dockerfiles of both copy
	left       []string // that only the one container's copy
	added      []string // that only the three containers' copy
	answers    []comparedAnswer
}

type comparedAnswer struct {
	target string
	status [2]int
	same   bool     // status and body
	fields []string // names of header fields that differ
}

// splitTargets are asked of both forms.
func (d dist) splitTargets() []string {
	return []string{"/", "/books/17", "/" + d.script, apiTarget, "/api/books/17", "/api/absent", "/assets/absent.js", "/robots.txt"}
}

func (b *claimBench) split(ctx context.Context, one, three variants.Variant) (split, error) {
	s := split{one: one.Name, three: three.Name}
	sources := map[string][]string{}
	for _, v := range []variants.Variant{one, three} {
		for _, c := range v.Containers {
			text, err := os.ReadFile(filepath.Join(b.root, "dockerfiles", c.Dockerfile+".Dockerfile"))
			if err != nil {
				return s, err
			}
			sources[v.Name] = append(sources[v.Name], sourcesOf(string(text))...)
		}
		slices.Sort(sources[v.Name])
		sources[v.Name] = slices.Compact(sources[v.Name])
	}
	for _, path := range sources[one.Name] {
		if slices.Contains(sources[three.Name], path) {
			s.shared = append(s.shared, path)
		} else {
			s.left = append(s.left, path)
		}
	}
	for _, path := range sources[three.Name] {
		if !slices.Contains(s.shared, path) {
			s.added = append(s.added, path)
		}
	}
	var answers [2][]response
	for i, v := range []variants.Variant{one, three} {
		err := b.running(ctx, v, lab.Options{Bridge: true}, func(r *lab.Running) error {
			for _, target := range b.dist.splitTargets() {
				destination := "document"
				if strings.HasPrefix(target, "/api/") {
					destination = "empty"
				}
				res, err := askFor(ctx, strings.TrimPrefix(r.URL, "http://"), http.MethodGet, target, browserHeader(destination, "br"), "")
				if err != nil {
					return err
				}
				answers[i] = append(answers[i], res)
			}
			return nil
		})
		if err != nil {
			return s, fmt.Errorf("%s: %w", v.Name, err)
		}
	}
	for i, target := range b.dist.splitTargets() {
		s.answers = append(s.answers, compareAnswers(target, answers[0][i], answers[1][i]))
	}
	return s, nil
}

// varying are header fields that differ between any two answers, or that name the server.
var varying = []string{"Date", "Connection", "Server", "Keep-Alive"}

func compareAnswers(target string, a, b response) comparedAnswer {
	c := comparedAnswer{target: target, status: [2]int{a.status, b.status}, same: a.status == b.status && bytes.Equal(a.body, b.body)}
	names := map[string]bool{}
	for _, h := range []http.Header{a.header, b.header} {
		for name := range h {
			names[name] = true
		}
	}
	for name := range names {
		if !slices.Contains(varying, name) && !slices.Equal(a.header.Values(name), b.header.Values(name)) {
			c.fields = append(c.fields, name)
		}
	}
	slices.Sort(c.fields)
	return c
}

// sourcesOf returns what a Dockerfile copies from the checkout below variants.
func sourcesOf(dockerfile string) []string {
	var paths []string
	for line := range strings.Lines(dockerfile) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "COPY" || strings.HasPrefix(words[1], "--from") {
			continue
		}
		for _, w := range words[1 : len(words)-1] {
			if strings.HasPrefix(w, "variants/") {
				paths = append(paths, strings.TrimSuffix(w, "/"))
			}
		}
	}
	return paths
}

func judgeSplits(all []split) record.Judgement {
	j := record.Judgement{}
	var parts []bool
	var words []string
	for _, s := range all {
		t := record.Sheet{Name: "answers-" + s.three, Title: "Answers of " + s.one + " and of " + s.three,
			Doc:  "Asked with Accept-Encoding: br. The same: status and every byte of the body. Fields: header fields with another value or in one of the answers alone; Date, Connection, Keep-Alive and Server are left out.",
			Head: []string{"GET", "status", "the same", "fields that differ"}}
		same := 0
		for _, a := range s.answers {
			if a.same {
				same++
			}
			status := fmt.Sprint(a.status[0])
			if a.status[0] != a.status[1] {
				status = fmt.Sprintf("%d, then %d", a.status[0], a.status[1])
			}
			fields := strings.Join(a.fields, ", ")
			if fields == "" {
				fields = "none"
			}
			t.Rows = append(t.Rows, []string{a.target, status, yesNo(a.same), fields})
		}
		j.Tables = append(j.Tables, t)
		parts = append(parts, same == len(s.answers))
		words = append(words, fmt.Sprintf("%s and %s: %d of %d answers are the same byte for byte; %d of the sources are shared, %s left out, %s new",
			s.one, s.three, same, len(s.answers), len(s.shared), counted(s.left), counted(s.added)))
		j.Evidence = append(j.Evidence,
			fmt.Sprintf("Sources that %s and %s share: %s.", s.one, s.three, strings.Join(s.shared, ", ")),
			fmt.Sprintf("In %s alone: %s. In %s alone: %s.", s.one, strings.Join(s.left, ", "), s.three, strings.Join(s.added, ", ")))
	}
	j.Verdict = verdictOf(parts...)
	j.Why = strings.Join(words, "; ")
	return j
}

// counted says how many files there are, and which when they are few.
func counted(paths []string) string {
	if len(paths) == 0 {
		return "none"
	}
	var names []string
	for _, p := range paths {
		names = append(names, filepath.Base(filepath.Dir(p))+"/"+filepath.Base(p))
	}
	return strings.Join(names, ", ")
}
