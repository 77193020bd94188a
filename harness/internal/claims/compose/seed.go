package compose

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// SeedFirst is the claim about a service that fills a volume before the server starts.
func SeedFirst() claim.Claim {
	return claim.Claim{
		ID: "seed-runs-first",
		Words: "The seed service runs first, fills the volume and exits; then the app starts, " +
			"and the data survives a restart.",
		Test: "Run dockerfiles/compose/seed.yaml with Docker Compose: up, add a book, down, up again; " +
			"then, as another project, with a seeder that fails",
		Run: experiment(observeSeed, judgeSeed,
			func(o *record.SeedObserved) record.Observed { return record.Observed{Seed: o} }),
	}
}

func judgeSeed(o record.SeedObserved) record.Verdict {
	return claim.VerdictOf(o.StartedSeeded(), o.Survived(), o.FailureStops())
}

// observeSeed observes dockerfiles/compose/seed.yaml. It is not an error if that does something else than what was
// expected.
func observeSeed(ctx context.Context, l *lab.Lab, told *claim.Transcript) (o record.SeedObserved, err error) {
	for stage, entrypoint := range map[string]*[]string{"": &o.DefaultEntrypoint, "seed": &o.SeedEntrypoint} {
		ref, err := l.BuildStage(ctx, "compose/seed", stage, lab.Usual)
		if err != nil {
			return o, err
		}
		config, err := l.Config(ctx, ref)
		if err != nil {
			return o, err
		}
		*entrypoint = config.Entrypoint
	}
	if err := startTwice(ctx, l, told, &o); err != nil {
		return o, err
	}
	return o, startUnseeded(ctx, l, told, &o)
}

// startTwice starts it, adds a book, takes it down and starts it again.
func startTwice(ctx context.Context, l *lab.Lab, told *claim.Transcript, o *record.SeedObserved) (err error) {
	p, err := openProject(ctx, l, "seed", nil, told)
	if err != nil {
		return err
	}
	defer rig.CleanUp(ctx, &err, p.Close)
	if o.First, err = p.startSeeded(ctx, "up", "-d", "--build"); err != nil {
		return err
	}
	book, err := p.addBook(ctx)
	if err != nil {
		return err
	}
	if _, err = p.run(ctx, nil, "down"); err != nil {
		return err
	}
	if o.Again, err = p.startSeeded(ctx, "up", "-d"); err != nil {
		return err
	}
	res, err := p.ask(ctx, "app", book, nil)
	if err != nil {
		return err
	}
	o.BookKept = res.Status == http.StatusOK
	p.told.Note("GET %s: %d", book, res.Status)
	return nil
}

// startUnseeded starts it with a seeder that fails, then the server alone on the volume that is still empty.
func startUnseeded(ctx context.Context, l *lab.Lab, told *claim.Transcript, o *record.SeedObserved) (err error) {
	failing := lab.Otherwise{"seed": {"command": []string{"-once", "/no-such-script.sql", "/data/books.db"}}}
	p, err := openProject(ctx, l, "seed", failing, told)
	if err != nil {
		return err
	}
	defer rig.CleanUp(ctx, &err, p.Close)
	p.told.Note("another project, whose seeder is told to read a script that does not exist")
	if o.Failing, err = p.startSeeded(ctx, "up", "-d"); err != nil {
		return err
	}
	o.Unseeded, err = p.startSeeded(ctx, "up", "-d", "--no-deps", "app")
	return err
}

// startSeeded runs a docker compose up and looks at both services, and at the server's API if that keeps running.
func (p project) startSeeded(ctx context.Context, args ...string) (s record.SeededStart, err error) {
	ran, err := p.try(ctx, nil, args...)
	if err != nil {
		return s, err
	}
	s.ExitCode = ran.Code
	seed, err := p.Service(ctx, "seed")
	if err != nil {
		return s, err
	}
	s.SeedStatus, s.SeedExitCode, s.SeedFinished = seed.Status, seed.ExitCode, seed.Finished
	if _, err := p.run(ctx, nil, "logs", "--no-log-prefix", "seed"); err != nil {
		return s, err
	}
	app, err := p.Service(ctx, "app")
	if err != nil {
		return s, err
	}
	if s.AppStarted = app.Started; !s.AppStarted.IsZero() {
		if s.Books, err = p.books(ctx); err != nil {
			return s, err
		}
	}
	if app, err = p.Service(ctx, "app"); err != nil {
		return s, err
	}
	s.AppStatus, s.AppExitCode = app.Status, app.ExitCode
	p.noteStart(s)
	return s, nil
}

func (p project) noteStart(s record.SeededStart) {
	switch {
	case s.AppStarted.IsZero():
		p.told.Note("seed: exit code %d; app: %s, never started", s.SeedExitCode, s.AppStatus)
	case s.Waited():
		p.told.Note("seed: exit code 0; app: started %d ms later, has %d books", s.Delay().Milliseconds(), s.Books)
	default:
		p.told.Note("seed: %s; app: %s, exit code %d", s.SeedStatus, s.AppStatus, s.AppExitCode)
	}
}

// books is how many books the server has, once it responds; 0 if it exits instead.
func (p project) books(ctx context.Context) (int, error) {
	var list struct{ Total int }
	_, err := p.ask(ctx, "app", rig.APITarget, func(res rawhttp.Response) error {
		if err := json.Unmarshal(res.Body, &list); err != nil || res.Status != http.StatusOK {
			return fmt.Errorf("status %d", res.Status)
		}
		return nil
	})
	if errors.Is(err, errServiceEnded) {
		_, err = p.run(ctx, nil, "logs", "--no-log-prefix", "app")
	}
	return list.Total, err
}

// addBook adds a book through the API and returns its path.
func (p project) addBook(ctx context.Context) (string, error) {
	app, err := p.Service(ctx, "app")
	if err != nil {
		return "", err
	}
	path, err := rig.AddBook(ctx, strings.TrimPrefix(app.URL, "http://"))
	if err != nil {
		return "", err
	}
	p.told.Note("POST /api/books: 201, Location: %s", path)
	return path, nil
}
