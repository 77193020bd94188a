package tamper

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// accepted is what the clients send as Accept-Encoding.
var accepted = map[string]string{
	record.BrowserClient: claim.AsBrowser, record.GzipClient: "gzip", record.CurlClient: claim.AsCurl,
}

// observeAttacks makes each attack on a variant that has just been started. The container after it is the new one that
// shows what the attack has left.
func observeAttacks(ctx context.Context, b *claim.Bench, t target) ([]record.Attack, error) {
	var all []record.Attack
	var newTag string // of what the attack before left to curl
	for i := range len(t.attacks) + 1 {
		err := b.Running(ctx, t.variant, lab.Options{Bridge: true}, func(r *lab.Running) (err error) {
			v := victim{running: r, rig: b.Rig}
			if i > 0 {
				if err := v.askRenewed(ctx, t.attacks[i-1], &all[i-1], newTag); err != nil {
					return err
				}
			}
			if i == len(t.attacks) {
				return nil
			}
			var made record.Attack
			made, newTag, err = v.attack(ctx, t, t.attacks[i])
			all = append(all, made)
			return err
		})
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// victim is a running variant that is attacked, and that clients ask for files of its build.
type victim struct {
	running *lab.Running
	rig     rig.Rig
}

// attack makes one attack and observes its effect. NewTag is the ETag of what curl then gets.
func (v victim) attack(ctx context.Context, t target, a attack) (made record.Attack, newTag string, err error) {
	made = record.Attack{Variant: t.variant.Name, Embedded: t.embedded, Name: a.name}
	before, err := v.ask(ctx, a, record.CurlClient, "")
	if err != nil {
		return made, "", err
	}
	oldTag := before.Header.Get("ETag")
	logs := v.running.Logs(ctx)
	if made.By, made.Refused, err = t.carryOut(ctx, v.running, a); err != nil {
		return made, "", err
	}
	made.Served = record.TamperResponses{}
	for _, client := range record.TamperClients {
		res, err := v.ask(ctx, a, client, "")
		made.Served[client] = v.describe(a, res, err)
		if err == nil && client == record.CurlClient {
			newTag, made.CacheControl = res.Header.Get("ETag"), res.Header.Get("Cache-Control")
		}
	}
	if res, err := v.ask(ctx, a, record.CurlClient, oldTag); err == nil {
		made.OldTagStatus = res.Status
	}
	health := browser.APIHeader("identity")
	if res, err := rawhttp.Ask(ctx, v.addr(), http.MethodGet, "/api/health", health, ""); err == nil {
		made.Health = res.Status
	}
	made.Logged = strings.Count(v.running.Logs(ctx), "\n") - strings.Count(logs, "\n")
	made.Restarted, err = v.askRestarted(ctx, a)
	return made, newTag, err
}

// askRestarted restarts the containers and asks again; nil when they do not start, which is how an attack may end.
func (v victim) askRestarted(ctx context.Context, a attack) (record.TamperResponses, error) {
	if _, err := v.running.Stop(ctx); err != nil {
		return nil, err
	}
	err := v.running.Start(ctx)
	if err == nil {
		err = v.rig.AwaitAnswer(ctx, v.running)
	}
	if err != nil || ctx.Err() != nil {
		return nil, ctx.Err()
	}
	got := record.TamperResponses{}
	for _, client := range record.TamperClients {
		res, err := v.ask(ctx, a, client, "")
		got[client] = v.describe(a, res, err)
	}
	return got, nil
}

// askRenewed asks a new container of the same image for what was attacked before, also with the ETag of what the attack
// left to curl.
func (v victim) askRenewed(ctx context.Context, a attack, made *record.Attack, tag string) error {
	made.Renewed = record.TamperResponses{}
	for _, client := range record.TamperClients {
		res, err := v.ask(ctx, a, client, "")
		if err != nil {
			return err
		}
		made.Renewed[client] = v.describe(a, res, nil)
	}
	if made.Served[record.CurlClient].Right() || tag == "" {
		return nil
	}
	res, err := v.ask(ctx, a, record.CurlClient, tag)
	made.NewTagStatus = res.Status
	return err
}

func (v victim) addr() string { return strings.TrimPrefix(v.running.URL, "http://") }

// ask requests the file that an attack is on; with a tag, if it is no longer what has that ETag.
func (v victim) ask(ctx context.Context, a attack, client, tag string) (rawhttp.Response, error) {
	header := browser.Header(browser.Destination(a.file), accepted[client])
	if tag != "" {
		header.Set("If-None-Match", tag)
	}
	return rawhttp.Ask(ctx, v.addr(), http.MethodGet, rig.RequestTarget(a.file), header, "")
}

// describe says what a response has.
func (v victim) describe(a attack, res rawhttp.Response, err error) record.TamperResponse {
	if err != nil {
		return record.TamperResponse{}
	}
	got := record.TamperResponse{Status: res.Status}
	if res.Status != http.StatusOK {
		return got
	}
	want, _ := v.rig.Dist.Want(a.file, res.Coding)
	switch {
	case rig.WantBody(res.Coding, res.Body) == want:
		got.Content = record.BuiltContent
	case len(res.Body) == 0:
		got.Content = record.EmptyContent
	case bytes.Equal(res.Body, a.contentIn(res.Coding)):
		got.Content = record.AttackerContent
	default:
		got.Content = record.OtherContent
	}
	return got
}
