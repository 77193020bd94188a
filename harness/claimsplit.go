package harness

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
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
		Test:  "Put the very images of one-container servers where the back end of three containers is, behind nginx with the same build of the app, ask both forms for the same things, and compare the answers",
		run: func(ctx context.Context, b *claimBench) (record.Judgement, error) {
			var all []split
			for _, name := range []string{"embedded-go", "disk-go", "fastapi"} {
				one, _ := variants.Find(name)
				s, err := b.split(ctx, one)
				if err != nil {
					return record.Judgement{}, fmt.Errorf("split %s: %w", name, err)
				}
				all = append(all, s)
			}
			return judgeSplits(all), nil
		},
	}
}

// splitInto is nginx-three-container with the image of a one-container variant as its backend.
func splitInto(one variants.Variant) variants.Variant {
	three, _ := variants.Find("nginx-three-container")
	three.Name = "split-" + one.Name
	three.Containers = slices.Clone(three.Containers)
	three.Containers[0] = variants.Container{Name: apiContainer, Dockerfile: one.Containers[0].Dockerfile, Data: one.Containers[0].Data}
	return three
}

// split compares a one-container variant with three containers that have its image as their backend.
type split struct {
	one     string
	answers []comparedAnswer
}

type comparedAnswer struct {
	target string
	status [2]int    // of one container, of three
	same   bool      // status and body, when no coding is accepted
	coding [2]string // of the body, when br and gzip are accepted
	fields []string  // names of header fields that differ
}

// splitTargets are asked of both forms.
func (d dist) splitTargets() []string {
	return []string{"/", "/books/17", "/" + d.script, "/robots.txt", apiTarget, "/api/books/17", "/api/absent", "/assets/absent.js"}
}

func (b *claimBench) split(ctx context.Context, one variants.Variant) (split, error) {
	s := split{one: one.Name}
	if err := b.apps(ctx); err != nil {
		return s, err
	}
	var plain, coded [2][]response
	for i, v := range []variants.Variant{one, splitInto(one)} {
		err := b.running(ctx, v, lab.Options{Bridge: true}, func(r *lab.Running) (err error) {
			if plain[i], err = askAll(ctx, r, b.dist.splitTargets(), "identity"); err == nil {
				coded[i], err = askAll(ctx, r, b.dist.splitTargets(), "br, gzip")
			}
			return err
		})
		if err != nil {
			return s, fmt.Errorf("%s: %w", v.Name, err)
		}
	}
	for i, target := range b.dist.splitTargets() {
		c := compareAnswers(target, plain[0][i], plain[1][i])
		c.coding = [2]string{coded[0][i].coding, coded[1][i].coding}
		s.answers = append(s.answers, c)
	}
	return s, nil
}

func askAll(ctx context.Context, r *lab.Running, targets []string, coding string) ([]response, error) {
	var all []response
	for _, target := range targets {
		destination := "document"
		if strings.HasPrefix(target, "/api/") {
			destination = "empty"
		}
		res, err := askFor(ctx, strings.TrimPrefix(r.URL, "http://"), http.MethodGet, target, browserHeader(destination, coding), "")
		if err != nil {
			return all, fmt.Errorf("GET %s: %w", target, err)
		}
		all = append(all, res)
	}
	return all, nil
}

// varying are header fields that differ between any two answers, that name the server, or that are about the connection.
var varying = []string{"Date", "Connection", "Server", "Keep-Alive", "Transfer-Encoding"}

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

func judgeSplits(all []split) record.Judgement {
	j := record.Judgement{}
	var works, alike bool = true, true
	same, of := 0, 0
	var names, lost []string
	for _, s := range all {
		t := record.Sheet{Name: "answers-" + s.one, Title: "Answers of " + s.one + ", alone and as the back end of three",
			Doc:  "The same: status and every byte of the body, when no coding is accepted. Coding: of the body, when br and gzip are accepted. Fields: header fields with another value, or in one of the answers alone, when no coding is accepted; Date, Server and those of the connection are left out.",
			Head: []string{"GET", "status", "the same", "coding", "fields that differ"}}
		names = append(names, s.one)
		for _, a := range s.answers {
			of++
			if a.same {
				same++
			} else if a.status[0] == http.StatusOK || a.status[1] == http.StatusOK {
				works = false
			} else {
				alike = false
			}
			if a.coding[0] != a.coding[1] {
				lost = append(lost, a.target)
			}
			t.Rows = append(t.Rows, []string{a.target, either(fmt.Sprint(a.status[0]), fmt.Sprint(a.status[1])), yesNo(a.same),
				either(orNone(a.coding[0]), orNone(a.coding[1])), orNone(strings.Join(a.fields, ", "))})
		}
		j.Tables = append(j.Tables, t)
	}
	j.Verdict = verdictOf(works, works && alike && len(lost) == 0)
	j.Why = fmt.Sprintf("the images of %s, unchanged, are the back end of three containers, and %d of %d answers are the same byte for byte", strings.Join(names, ", "), same, of)
	if len(lost) > 0 {
		j.Why += "; nginx answers with other content codings, since its own build has no Brotli"
	}
	j.Evidence = []string{
		"What changes is configuration: two more containers, a network, and nginx's two files (claim one-container counts their lines).",
		"The suite and the contract of the API pass for each of these, as TestSplit holds; nginx-fastapi and nginx-three-container, which leave the app out of the back end's image, are in the matrix.",
	}
	return j
}

func either(a, b string) string {
	if a == b {
		return a
	}
	return a + ", then " + b
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
