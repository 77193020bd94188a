package compose

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// project is one Compose project under observation. Its commands, their output and what is seen go to the transcript.
type project struct {
	*lab.Project
	told *claim.Transcript
}

func openProject(
	ctx context.Context, l *lab.Lab, name string, other lab.Otherwise, told *claim.Transcript, contexts ...string,
) (project, error) {
	p, err := l.Compose(ctx, name, other, contexts...)
	if err == nil {
		told.Tool = p.Tool
	}
	return project{p, told}, err
}

// experiment judges by what a Compose project did. One that breaks off leaves what it has told until then.
func experiment[O any](
	observe func(context.Context, *lab.Lab, *claim.Transcript) (O, error),
	judge func(O) record.Verdict,
	observed func(*O) record.Observed,
) func(context.Context, *claim.Bench) (record.Judgement, error) {
	return func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
		told := new(claim.Transcript)
		o, err := observe(ctx, b.Lab, told)
		j := record.Judgement{Transcripts: told.Recorded()}
		if err == nil {
			j.Verdict, j.Observed = judge(o), observed(&o)
		}
		return j, err
	}
}

// try runs docker compose; a failure of the command is part of what is observed.
func (p project) try(ctx context.Context, variables map[string]string, args ...string) (lab.Ran, error) {
	ran, err := p.Run(ctx, variables, args...)
	if err != nil {
		return ran, err
	}
	p.told.Lines = append(append(p.told.Lines, "$ "+ran.Command), ran.Output...)
	if ran.Code != 0 {
		p.told.Note("exit code %d", ran.Code)
	}
	if ran.Left > 0 {
		p.told.Note("anonymous volumes left without a container: %d", ran.Left)
	}
	return ran, nil
}

// run runs docker compose where a failure means that the experiment is broken.
func (p project) run(ctx context.Context, variables map[string]string, args ...string) (lab.Ran, error) {
	ran, err := p.try(ctx, variables, args...)
	if err == nil && ran.Code != 0 {
		err = fmt.Errorf("run %s: exit code %d: %s", ran.Command, ran.Code, strings.Join(ran.Output, "\n"))
	}
	return ran, err
}

var errServiceEnded = errors.New("its container has exited")

// ask waits until the service responds, and correctly if correct is not nil.
func (p project) ask(
	ctx context.Context, service, target string, correct func(rawhttp.Response) error,
) (rawhttp.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, rig.ReadyWithin)
	defer cancel()
	for {
		s, err := p.Service(ctx, service)
		if err != nil {
			return rawhttp.Response{}, err
		}
		if s.Status == "exited" {
			return rawhttp.Response{}, fmt.Errorf("request %s from service %s: %w", target, service, errServiceEnded)
		}
		addr := strings.TrimPrefix(s.URL, "http://")
		res, err := rawhttp.Ask(ctx, addr, http.MethodGet, target, browser.Header("document", "identity"), "")
		if err == nil && correct != nil {
			err = correct(res)
		}
		if err == nil {
			return res, nil
		}
		select {
		case <-ctx.Done():
			return res, fmt.Errorf("request %s from service %s: no correct response within %s: %w",
				target, service, rig.ReadyWithin, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

var buildMark = regexp.MustCompile(`<meta name="spabench-build" content="([^"]*)"`)

// page is what a visitor of the service gets: the name of the build that the page belongs to, or the status.
func (p project) page(ctx context.Context, service string) (string, error) {
	res, err := p.ask(ctx, service, "/", nil)
	if err != nil {
		return "", err
	}
	if m := buildMark.FindSubmatch(res.Body); res.Status == http.StatusOK && m != nil {
		return string(m[1]), nil
	}
	return fmt.Sprint(res.Status), nil
}
