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
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/rig"
)

// composed is one Compose project under observation. Its commands, what they say, and what is seen go to the transcript.
type composed struct {
	*lab.Project
	transcript *[]string
}

func openComposed(ctx context.Context, l *lab.Lab, name string, other lab.Otherwise, transcript *[]string, contexts ...string) (composed, error) {
	p, err := l.Compose(ctx, name, other, contexts...)
	return composed{p, transcript}, err
}

// try runs docker compose, which may fail.
func (c composed) try(ctx context.Context, variables map[string]string, args ...string) (lab.Ran, error) {
	ran, err := c.Run(ctx, variables, args...)
	if err != nil {
		return ran, err
	}
	*c.transcript = append(append(*c.transcript, "$ "+ran.Command), ran.Output...)
	if ran.Code != 0 {
		c.note("exit code %d", ran.Code)
	}
	if ran.Left > 0 {
		c.note("left without a container: %d anonymous volumes", ran.Left)
	}
	return ran, nil
}

// run is try for what cannot fail unless something is broken here.
func (c composed) run(ctx context.Context, variables map[string]string, args ...string) (lab.Ran, error) {
	ran, err := c.try(ctx, variables, args...)
	if err == nil && ran.Code != 0 {
		err = fmt.Errorf("run %s: exit code %d: %s", ran.Command, ran.Code, strings.Join(ran.Output, "\n"))
	}
	return ran, err
}

// note says in the transcript what is seen.
func (c composed) note(format string, args ...any) {
	*c.transcript = append(*c.transcript, "# "+fmt.Sprintf(format, args...))
}

var errServiceEnded = errors.New("its container has ended")

// ask waits until the service answers, and correctly if correct is not nil.
func (c composed) ask(ctx context.Context, service, target string, correct func(rawhttp.Response) error) (rawhttp.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, rig.ReadyWithin)
	defer cancel()
	for {
		s, err := c.Service(ctx, service)
		if err != nil {
			return rawhttp.Response{}, err
		}
		if s.Status == "exited" {
			return rawhttp.Response{}, fmt.Errorf("ask service %s for %s: %w", service, target, errServiceEnded)
		}
		res, err := rawhttp.Ask(ctx, strings.TrimPrefix(s.URL, "http://"), http.MethodGet, target, browser.Header("document", "identity"), "")
		if err == nil && correct != nil {
			err = correct(res)
		}
		if err == nil {
			return res, nil
		}
		select {
		case <-ctx.Done():
			return res, fmt.Errorf("ask service %s for %s: no correct answer within %s: %w", service, target, rig.ReadyWithin, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

var buildMark = regexp.MustCompile(`<meta name="spabench-build" content="([^"]*)"`)

// page is what a visitor of the service gets: the name of the build that the page is of, or the status.
func (c composed) page(ctx context.Context, service string) (string, error) {
	res, err := c.ask(ctx, service, "/", nil)
	if err != nil {
		return "", err
	}
	if m := buildMark.FindSubmatch(res.Body); res.Status == http.StatusOK && m != nil {
		return string(m[1]), nil
	}
	return fmt.Sprint(res.Status), nil
}
