package origin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"spabench/harness/chromium"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
)

// NoCORS is the claim about a front end on another origin than its API.
func NoCORS() claim.Claim {
	return claim.Claim{
		ID: "no-cors",
		Words: "The same front end on another origin than its API needs CORS, " +
			"which costs preflights and header fields.",
		Test: "Make the same visit in Chromium with the API on the page's origin and on another: open the list, open " +
			"a book, add one, search; count what passes between the browser and the containers. Then repeat it " +
			"without the header fields, and add ten books in a row with several lifetimes of a preflight",
		Run: run,
	}
}

func run(ctx context.Context, b *claim.Bench) (j record.Judgement, err error) {
	browser, err := chromium.Start(ctx)
	if errors.Is(err, chromium.ErrNotFound) {
		return record.Judgement{
			Verdict: record.NotTested,
			Reason:  "Chromium is not installed; make browser installs it on Debian and Ubuntu",
		}, nil
	}
	if err != nil {
		return j, err
	}
	defer rig.CleanUp(ctx, &err, func(context.Context) error { return browser.Close() })
	told := new(claim.Transcript)
	o, err := observe(ctx, b.Lab, browser, told)
	j.Transcripts = told.Recorded()
	if err == nil {
		j.Verdict, j.Observed = judge(o), record.Observed{Origin: &o}
	}
	return j, err
}

func judge(o record.OriginObserved) record.Verdict {
	return claim.VerdictOf(o.Blocked(), o.Works() && o.Costs())
}

// observe makes the visits to both forms.
func observe(
	ctx context.Context, l *lab.Lab, browser spatest.Browser, told *claim.Transcript,
) (o record.OriginObserved, err error) {
	x := &crossing{lab: l, browser: browser}
	defer rig.CleanUp(ctx, &err, x.close)
	if err := x.startAll(ctx); err != nil {
		return o, err
	}
	for _, form := range []struct {
		name      string
		page, api string
		walk      walk
		visit     *record.OriginVisit
	}{
		{"the same origin", x.same, x.same, walkThrough, &o.Same},
		{"the API on another origin", x.files, x.apis["7200"], walkThrough, &o.Cross},
		{"the API on another origin, without ALLOW_ORIGIN", x.files, x.apis[closed], tryRefused, &o.Refused},
	} {
		if *form.visit, err = x.visit(ctx, form.page, form.api, form.walk); err != nil {
			return o, fmt.Errorf("visit with %s: %w", form.name, err)
		}
		noteVisit(told, form.name, *form.visit)
	}
	missing, err := x.visit(ctx, x.files, x.apis["7200"], openMissing)
	if err != nil {
		return o, fmt.Errorf("visit a book that does not exist: %w", err)
	}
	o.Missing = missing.Shown[0]
	for _, age := range []string{"0", "", "7200"} {
		v, err := x.visit(ctx, x.files, x.apis[age], postTen)
		if err != nil {
			return o, fmt.Errorf("add ten books: %w", err)
		}
		p := countPosts(age, v.API)
		o.Posts = append(o.Posts, p)
		told.Note("Access-Control-Max-Age: %q: %d posts, %d preflights of %d bytes",
			age, p.Posts, p.Preflights, p.Bytes)
	}
	return o, nil
}

// countPosts counts additions and their preflights among the requests to the API.
func countPosts(age string, requests []record.OriginRequest) record.PostsPreflighted {
	p := record.PostsPreflighted{MaxAge: age}
	for _, r := range requests {
		switch {
		case r.Kind == "preflight":
			p.Preflights++
			p.Bytes += r.Sent + r.Received
		case r.Method == http.MethodPost && r.Status == http.StatusCreated:
			p.Posts++
		}
	}
	return p
}

// noteVisit says in the transcript what a visit took.
func noteVisit(told *claim.Transcript, form string, v record.OriginVisit) {
	kinds := map[string]int{}
	cors := 0
	for _, r := range v.Requests() {
		kinds[r.Kind]++
		cors += r.CORS
		if r.Kind == "preflight" || r.Kind == "fetch" {
			asked, _ := json.Marshal(r.Asked)
			answered, _ := json.Marshal(r.Answered)
			told.Lines = append(told.Lines,
				fmt.Sprintf("%s %s %s: %d, %d bytes sent, %d received, %d of CORS fields: %s %s",
					r.Kind, r.Method, r.Target, r.Status, r.Sent, r.Received, r.CORS, asked, answered))
		}
	}
	told.Lines = append(told.Lines, v.Console...)
	told.Note("%s: shown %q; %d requests over %d connections, %d bytes, %d of CORS fields: %v; attempt %d",
		form, v.Shown, len(v.Requests()), v.Connections, v.Bytes(), cors, kinds, v.Attempts)
}
