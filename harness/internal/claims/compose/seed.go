package compose

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/rig"
)

// Seeding is what was seen of dockerfiles/compose/seed.yaml: one service fills a volume, then the server starts.
type Seeding struct {
	Tool string `json:"tool"`

	// Entry points of the image that is built without a target, and of the seeder's.
	DefaultEntrypoint []string `json:"default_entrypoint"`
	SeedEntrypoint    []string `json:"seed_entrypoint"`

	First     SeededStart `json:"first"`      // up, with nothing there
	Again     SeededStart `json:"again"`      // up, after a book was added, and down
	BookKept  bool        `json:"book_kept"`  // the book is still there
	SeedFails SeededStart `json:"seed_fails"` // up, with nothing there and a seeder that fails
	Unseeded  SeededStart `json:"unseeded"`   // up of the server alone, after that

	Transcript []string `json:"transcript"`
}

// SeededStart is one docker compose up of it.
type SeededStart struct {
	ExitCode     int       `json:"exit_code"` // of the command
	SeedStatus   string    `json:"seed_status"`
	SeedExitCode int       `json:"seed_exit_code"`
	SeedFinished time.Time `json:"seed_finished,omitzero"`
	AppStatus    string    `json:"app_status"`
	AppExitCode  int       `json:"app_exit_code"`
	AppStarted   time.Time `json:"app_started,omitzero"` // zero: never
	Books        int       `json:"books"`                // that its API has; 0 where it does not answer
}

// Waited reports whether the seeder had ended well when the server started.
func (s SeededStart) Waited() bool {
	return s.SeedStatus == "exited" && s.SeedExitCode == 0 && !s.AppStarted.IsZero() && !s.AppStarted.Before(s.SeedFinished)
}

// seeding observes dockerfiles/compose/seed.yaml. That it shows something else than was expected is no error.
func seeding(ctx context.Context, l *lab.Lab) (s Seeding, err error) {
	for stage, entrypoint := range map[string]*[]string{"": &s.DefaultEntrypoint, "seed": &s.SeedEntrypoint} {
		ref, err := l.BuildStage(ctx, "compose/seed", stage, lab.Usual)
		if err != nil {
			return s, err
		}
		config, err := l.Config(ctx, ref)
		if err != nil {
			return s, err
		}
		*entrypoint = config.Entrypoint
	}
	if err := s.seeded(ctx, l); err != nil {
		return s, err
	}
	return s, s.unseeded(ctx, l)
}

// seeded starts it, adds a book, takes it down and starts it again.
func (s *Seeding) seeded(ctx context.Context, l *lab.Lab) (err error) {
	c, err := openComposed(ctx, l, "seed", nil, &s.Transcript)
	if err != nil {
		return err
	}
	defer rig.CleanUp(ctx, &err, c.Close)
	s.Tool = c.Tool
	if s.First, err = c.startSeeded(ctx, "up", "-d", "--build"); err != nil {
		return err
	}
	book, err := c.addBook(ctx)
	if err != nil {
		return err
	}
	if _, err = c.run(ctx, nil, "down"); err != nil {
		return err
	}
	if s.Again, err = c.startSeeded(ctx, "up", "-d"); err != nil {
		return err
	}
	res, err := c.ask(ctx, "app", book, nil)
	if err != nil {
		return err
	}
	s.BookKept = res.Status == http.StatusOK
	c.note("GET %s: %d", book, res.Status)
	return nil
}

// unseeded starts it with a seeder that fails, then the server alone on the volume that is still empty.
func (s *Seeding) unseeded(ctx context.Context, l *lab.Lab) (err error) {
	failing := lab.Otherwise{"seed": {"command": []string{"-once", "/no-such-script.sql", "/data/books.db"}}}
	c, err := openComposed(ctx, l, "seed", failing, &s.Transcript)
	if err != nil {
		return err
	}
	defer rig.CleanUp(ctx, &err, c.Close)
	c.note("another project, in which the seeder is told to read a script that is not there")
	if s.SeedFails, err = c.startSeeded(ctx, "up", "-d"); err != nil {
		return err
	}
	s.Unseeded, err = c.startSeeded(ctx, "up", "-d", "--no-deps", "app")
	return err
}

// startSeeded runs a docker compose up and looks at both services, and at the server's API if it goes on running.
func (c composed) startSeeded(ctx context.Context, args ...string) (SeededStart, error) {
	ran, err := c.try(ctx, nil, args...)
	if err != nil {
		return SeededStart{}, err
	}
	s := SeededStart{ExitCode: ran.Code}
	seed, err := c.Service(ctx, "seed")
	if err != nil {
		return s, err
	}
	s.SeedStatus, s.SeedExitCode, s.SeedFinished = seed.Status, seed.ExitCode, seed.Finished
	if _, err := c.run(ctx, nil, "logs", "--no-log-prefix", "seed"); err != nil {
		return s, err
	}
	app, err := c.Service(ctx, "app")
	if err != nil {
		return s, err
	}
	if s.AppStarted = app.Started; !s.AppStarted.IsZero() {
		if s.Books, err = c.books(ctx); err != nil {
			return s, err
		}
	}
	if app, err = c.Service(ctx, "app"); err != nil {
		return s, err
	}
	s.AppStatus, s.AppExitCode = app.Status, app.ExitCode
	switch {
	case s.AppStarted.IsZero():
		c.note("seed: exit code %d; app: %s, never started", s.SeedExitCode, s.AppStatus)
	case s.Waited():
		c.note("seed: exit code 0; app: started %d ms later, has %d books", s.AppStarted.Sub(s.SeedFinished).Milliseconds(), s.Books)
	default:
		c.note("seed: %s; app: %s, exit code %d", s.SeedStatus, s.AppStatus, s.AppExitCode)
	}
	return s, nil
}

// books is how many books the server has, once it answers; 0 if it ends instead.
func (c composed) books(ctx context.Context) (int, error) {
	var list struct{ Total int }
	_, err := c.ask(ctx, "app", rig.APITarget, func(res rawhttp.Response) error {
		if err := json.Unmarshal(res.Body, &list); err != nil || res.Status != http.StatusOK {
			return fmt.Errorf("status %d", res.Status)
		}
		return nil
	})
	if errors.Is(err, errServiceEnded) {
		_, err = c.run(ctx, nil, "logs", "--no-log-prefix", "app")
	}
	return list.Total, err
}

// addBook adds a book by the API and returns its path.
func (c composed) addBook(ctx context.Context) (string, error) {
	app, err := c.Service(ctx, "app")
	if err != nil {
		return "", err
	}
	path, err := rig.AddBook(ctx, strings.TrimPrefix(app.URL, "http://"))
	if err != nil {
		return "", err
	}
	c.note("POST /api/books: 201, Location: %s", path)
	return path, nil
}
