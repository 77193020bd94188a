package claims

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
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

func splitLaterClaim() claim.Claim {
	return claim.Claim{
		ID:    "split-later",
		Words: "You can always split them later: the same front end and back end in three containers, without a change of code.",
		Test:  "Put the very images of one-container servers where the back end of three containers is, behind nginx with the same build of the app, ask both forms for the same things, and compare the answers",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			var all []split
			for _, name := range []string{"embedded-go", "disk-go", "fastapi"} {
				one, _ := variants.Find(name)
				s, err := observeSplit(ctx, b, one)
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
	three.Containers[0] = variants.Container{Name: rig.APIContainer, Dockerfile: one.Containers[0].Dockerfile, Data: one.Containers[0].Data}
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
func splitTargets(d rig.Dist) []string {
	return []string{"/", "/books/17", "/" + d.Script, "/robots.txt", rig.APITarget, "/api/books/17", "/api/absent", "/assets/absent.js"}
}

func observeSplit(ctx context.Context, b *claim.Bench, one variants.Variant) (split, error) {
	s := split{one: one.Name}
	if err := b.MakeApps(ctx); err != nil {
		return s, err
	}
	var plain, coded [2][]rawhttp.Response
	for i, v := range []variants.Variant{one, splitInto(one)} {
		err := b.Running(ctx, v, lab.Options{Bridge: true}, func(r *lab.Running) (err error) {
			if plain[i], err = askAll(ctx, r, splitTargets(b.Dist), "identity"); err == nil {
				coded[i], err = askAll(ctx, r, splitTargets(b.Dist), "br, gzip")
			}
			return err
		})
		if err != nil {
			return s, fmt.Errorf("%s: %w", v.Name, err)
		}
	}
	for i, target := range splitTargets(b.Dist) {
		c := compareAnswers(target, plain[0][i], plain[1][i])
		c.coding = [2]string{coded[0][i].Coding, coded[1][i].Coding}
		s.answers = append(s.answers, c)
	}
	return s, nil
}

func askAll(ctx context.Context, r *lab.Running, targets []string, coding string) ([]rawhttp.Response, error) {
	var all []rawhttp.Response
	for _, target := range targets {
		header := browser.Header("document", coding)
		if strings.HasPrefix(target, "/api/") {
			header = browser.APIHeader(coding)
		}
		res, err := rawhttp.Ask(ctx, strings.TrimPrefix(r.URL, "http://"), http.MethodGet, target, header, "")
		if err != nil {
			return all, fmt.Errorf("GET %s: %w", target, err)
		}
		all = append(all, res)
	}
	return all, nil
}

// varying are header fields that differ between any two answers, that name the server, or that are about the connection.
var varying = []string{"Date", "Connection", "Server", "Keep-Alive", "Transfer-Encoding"}

func compareAnswers(target string, a, b rawhttp.Response) comparedAnswer {
	c := comparedAnswer{target: target, status: [2]int{a.Status, b.Status}, same: a.Status == b.Status && bytes.Equal(a.Body, b.Body)}
	names := map[string]bool{}
	for _, h := range []http.Header{a.Header, b.Header} {
		for name := range h {
			names[name] = true
		}
	}
	for name := range names {
		if !slices.Contains(varying, name) && !slices.Equal(a.Header.Values(name), b.Header.Values(name)) {
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
			t.Rows = append(t.Rows, []string{a.target, claim.Either(fmt.Sprint(a.status[0]), fmt.Sprint(a.status[1])), claim.YesNo(a.same),
				claim.Either(claim.OrNone(a.coding[0]), claim.OrNone(a.coding[1])), claim.OrNone(strings.Join(a.fields, ", "))})
		}
		j.Tables = append(j.Tables, t)
	}
	j.Verdict = claim.VerdictOf(works, works && alike && len(lost) == 0)
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
