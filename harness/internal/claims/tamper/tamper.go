package tamper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

func FileIntegrity() claim.Claim {
	return claim.Claim{
		ID:    "file-integrity",
		Words: "Embedded files cannot be modified; files on disk can be deleted or corrupted.",
		Test:  "Change, empty, delete and replace a file of the build in a running container, or, where the build is inside the program, the program; a fresh container each time. Then ask as browsers and curl do, restart, ask again, and ask a new container of the same image. See who can do it at all, with and without " + lab.Hardening,
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			all := b.Shapes()
			reached, tampered := make([]intrusion, len(all)), make([][]tampering, len(all))
			if err := b.MakeApps(ctx); err != nil {
				return record.Judgement{}, err
			}
			for _, v := range all { // before the rest, which goes two by two: builds share their layers
				if _, err := b.Refs(ctx, v); err != nil {
					return record.Judgement{}, err
				}
			}
			err := twoByTwo(ctx, all, func(ctx context.Context, i int, v variants.Variant) (err error) {
				if reached[i], err = observeIntrusion(ctx, b, v); err == nil {
					tampered[i], err = observeTampering(ctx, b, v)
				}
				return err
			})
			return judgeIntegrity(reached, slices.Concat(tampered...), bytes.Contains(b.Dist.Page, []byte("integrity="))), err
		},
	}
}

// twoByTwo calls f for each variant, two at a time: containers are mostly waited for. After an error no other begins.
func twoByTwo(ctx context.Context, all []variants.Variant, f func(context.Context, int, variants.Variant) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	turns, errs := make(chan struct{}, 2), make([]error, len(all))
	var wg sync.WaitGroup
	for i, v := range all {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			if ctx.Err() != nil {
				return
			}
			if err := f(ctx, i, v); err != nil {
				errs[i] = fmt.Errorf("tamper with %s: %w", v.Name, err)
				cancel()
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// tamperCodings are what visitors say they take: browsers, some proxies, and curl.
var tamperCodings = []string{claim.AsBrowser, "gzip", claim.AsCurl}

const ()

// tampering is what came of one act on one variant.
type tampering struct {
	variant  string
	embedded bool // the build is inside the program
	act, by  string
	refused  string // why it could not be done; "" when it was

	served   map[string]string // by coding: right, or what else came
	oldTag   int               // the status of a question with the tag of before
	policy   string            // Cache-Control of what was asked without a coding
	logged   int               // lines that the servers logged meanwhile
	health   int               // the status of the API's health endpoint
	again    map[string]string // after a restart; nil where it did not start
	renewed  map[string]string // in a new container
	stuck    int               // in a new container: the status of a question with the tag of what was tampered with; 0: not asked
	tag      string            // of what was served without a coding after the act
	original string            // the tag of before
}

const servedRight = "right"

// allRight reports whether every coding got the right bytes.
func allRight(served map[string]string) bool {
	for _, coding := range tamperCodings {
		if served[coding] != servedRight {
			return false
		}
	}
	return true
}

// observeTampering does each act to a variant that has just been started. The container after it is the new one that shows what the
// act has left.
func observeTampering(ctx context.Context, b *claim.Bench, v variants.Variant) ([]tampering, error) {
	t, err := tampererOf(ctx, b, v)
	if err != nil {
		return nil, err
	}
	var all []tampering
	for i := range len(t.acts) + 1 {
		err := b.Running(ctx, v, lab.Options{Bridge: true}, func(r *lab.Running) error {
			if i > 0 {
				if err := askRenewed(ctx, b, r, t.acts[i-1], &all[i-1]); err != nil {
					return err
				}
			}
			if i == len(t.acts) {
				return nil
			}
			done, err := perform(ctx, b, r, t, t.acts[i])
			all = append(all, done)
			return err
		})
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// perform does one act, and looks what comes of it.
func perform(ctx context.Context, b *claim.Bench, r *lab.Running, t tamperer, a act) (tampering, error) {
	done := tampering{variant: t.variant.Name, embedded: t.root == "", act: a.name}
	addr := strings.TrimPrefix(r.URL, "http://")
	before, err := askTampered(ctx, b, addr, a, nil, claim.AsCurl, "")
	if err != nil {
		return done, err
	}
	done.original = before.Header.Get("ETag")
	logs := r.Logs(ctx)
	if done.by, done.refused, err = t.do(ctx, r, a); err != nil {
		return done, err
	}
	served := map[string]string{}
	for _, coding := range tamperCodings {
		res, err := askTampered(ctx, b, addr, a, served, coding, "")
		if err == nil && coding == claim.AsCurl {
			done.tag, done.policy = res.Header.Get("ETag"), res.Header.Get("Cache-Control")
		}
	}
	done.served = served
	if res, err := askTampered(ctx, b, addr, a, nil, claim.AsCurl, done.original); err == nil {
		done.oldTag = res.Status
	}
	if res, err := rawhttp.Ask(ctx, addr, http.MethodGet, "/api/health", browser.APIHeader("identity"), ""); err == nil {
		done.health = res.Status
	}
	done.logged = strings.Count(r.Logs(ctx), "\n") - strings.Count(logs, "\n")
	return done, askRestarted(ctx, b, r, a, &done)
}

// askRestarted restarts the containers and asks again.
func askRestarted(ctx context.Context, b *claim.Bench, r *lab.Running, a act, done *tampering) error {
	if _, err := r.Stop(ctx); err != nil {
		return err
	}
	err := r.Start(ctx)
	if err == nil {
		err = b.AwaitAnswer(ctx, r)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil { // what it is worth in the end: nil in again says so
		return nil
	}
	done.again = map[string]string{}
	for _, coding := range tamperCodings {
		_, _ = askTampered(ctx, b, strings.TrimPrefix(r.URL, "http://"), a, done.again, coding, "")
	}
	return nil
}

// askRenewed asks a new container of the same image what the act before was about.
func askRenewed(ctx context.Context, b *claim.Bench, r *lab.Running, a act, done *tampering) error {
	done.renewed = map[string]string{}
	addr := strings.TrimPrefix(r.URL, "http://")
	for _, coding := range tamperCodings {
		if _, err := askTampered(ctx, b, addr, a, done.renewed, coding, ""); err != nil {
			return err
		}
	}
	if done.served[claim.AsCurl] == servedRight || done.tag == "" {
		return nil
	}
	res, err := askTampered(ctx, b, addr, a, nil, claim.AsCurl, done.tag)
	done.stuck = res.Status
	return err
}

// askTampered asks for the file that an act is about, and notes in served what came.
func askTampered(ctx context.Context, b *claim.Bench, addr string, a act, served map[string]string, coding, tag string) (rawhttp.Response, error) {
	header := browser.Header(browser.Destination(a.file), coding)
	if tag != "" {
		header.Set("If-None-Match", tag)
	}
	res, err := rawhttp.Ask(ctx, addr, http.MethodGet, rig.RequestTarget(a.file), header, "")
	if served == nil {
		return res, err
	}
	want, _ := b.Dist.Want(a.file, res.Coding)
	switch {
	case err != nil:
		served[coding] = "no answer"
	case res.Status != http.StatusOK:
		served[coding] = fmt.Sprint(res.Status)
	case rig.WantBody(res.Coding, res.Body) == want:
		served[coding] = servedRight
	case len(res.Body) == 0:
		served[coding] = "nothing"
	case bytes.Equal(res.Body, a.put(res.Coding)):
		served[coding] = "tampered"
	default:
		served[coding] = "other bytes"
	}
	return res, err
}
