package compose

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
)

// composing is a lab for an experiment with Docker Compose, of which nothing may be left.
func composing(t *testing.T) *lab.Lab {
	t.Helper()
	l := rigtest.Open(t).Lab
	t.Cleanup(func() { rigtest.NothingLeft(t) })
	return l
}

// observed is what an experiment observes; the test's log shows what it told.
func observed[O any](t *testing.T, observe func(context.Context, *lab.Lab, *claim.Transcript) (O, error)) O {
	t.Helper()
	told := new(claim.Transcript)
	o, err := observe(t.Context(), composing(t), told)
	t.Logf("%s\n%s", told.Tool, strings.Join(told.Lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// The seeder runs first, fills the volume and ends; the server waits for it; what is added afterwards is kept.
func TestComposeSeed(t *testing.T) {
	s := observed(t, observeSeed)
	server, seed := []string{"/server"}, []string{"/seed"}
	if !slices.Equal(s.DefaultEntrypoint, server) || !slices.Equal(s.SeedEntrypoint, seed) {
		t.Errorf("without a target %v, with it %v", s.DefaultEntrypoint, s.SeedEntrypoint)
	}
	if f := s.First; f.ExitCode != 0 || !f.Waited() || f.Books == 0 || f.AppStatus != "running" {
		t.Errorf("first start %+v", f)
	}
	if a := s.Again; a.ExitCode != 0 || !a.Waited() || a.Books != s.First.Books+1 || !s.BookKept {
		t.Errorf("start after down %+v, book kept %t", a, s.BookKept)
	}
	if f := s.Failing; f.ExitCode == 0 || f.SeedExitCode != 1 || f.AppStatus != "created" || !f.AppStarted.IsZero() {
		t.Errorf("with a seeder that fails %+v", f)
	}
	if u := s.Unseeded; u.AppStatus != "exited" || u.AppExitCode != 1 {
		t.Errorf("without a seeder %+v", u)
	}
}

// An anonymous volume keeps the built files below the mounted sources, and keeps them from the next image as well:
// up --build alone shows the old build.
func TestComposeDevelopment(t *testing.T) {
	d := observed(t, observeVolume)
	var pages, built []string
	var left []int
	for _, step := range d.Steps {
		pages, built, left = append(pages, step.Page), append(built, step.Built), append(left, step.Left)
	}
	if want := []string{"A", "A", "A", "B", "A", "B"}; !reflect.DeepEqual(pages, want) {
		t.Errorf("pages of %v, want %v; built %v", pages, want, built)
	}
	// down -v as well leaves the volume that up has handed on.
	if want := []int{0, 0, 0, 1, 1, 1}; !slices.Equal(left, want) {
		t.Errorf("volumes left without a container: %v, want %v", left, want)
	}
	if !d.Steps[1].Recreated {
		t.Error("up --build did not take the new image")
	}
	if d.HostFolder != (record.HostFolder{Exists: true}) {
		t.Errorf("dist on the host: %+v", d.HostFolder)
	}
}

// A volume is filled from the image while it is empty, and never again. Of two mounts of one path, the last counts.
func TestComposeMounts(t *testing.T) {
	m := observed(t, observeMounts)
	below := func(anonymous, named string) map[string]string {
		return map[string]string{"anonymous-below-bind": anonymous, "named-below-bind": named}
	}
	want := []map[string]string{
		{
			"bind": "host", "anonymous-below-bind": "A", "named-below-bind": "A",
			"bind-then-named": "A", "named-then-bind": "host", "bind-then-anonymous": "A",
			"anonymous-then-bind": "host",
		},
		below("A", "A"), // up with another image
		below("A", "A"), // up -V: the containers are already of that image, so none is recreated
		below("B", "A"), // up -V --force-recreate
		below("A", "A"), // up -V with the first image
		below("B", "A"), // down and up
		below("B", "B"), // down -v and up
	}
	if len(m.Steps) != len(want) {
		t.Fatalf("%d steps, want %d", len(m.Steps), len(want))
	}
	for i, step := range m.Steps {
		if !reflect.DeepEqual(step.Pages, want[i]) {
			t.Errorf("%q: pages %v, want %v", step.Commands, step.Pages, want[i])
		}
	}
}

// A save is seen at once by a server that reads the host's files, soon by one that starts again, and only after a build
// by one that embeds them.
func TestComposeReloading(t *testing.T) {
	r := observed(t, observeReload)
	if len(r.FastAPI.Seen) != hotSaves || len(r.GoDev.Seen) != hotSaves || len(r.GoEmbedded.Seen) != rebuiltSaves {
		t.Fatalf("saves seen: %v, %v, %v", r.FastAPI.Seen, r.GoDev.Seen, r.GoEmbedded.Seen)
	}
	if r.Unbuilt.Seen || r.Unbuilt.SeenByRestart {
		t.Errorf("seen without a build: %+v", r.Unbuilt)
	}
	built := slices.Min(r.GoEmbedded.Seen)
	if slices.Min(r.GoDev.Seen) >= built || slices.Min(r.FastAPI.Seen) >= built {
		t.Errorf("saves seen after %s; %s; %s", listed(r.GoDev.Seen), listed(r.FastAPI.Seen), listed(r.GoEmbedded.Seen))
	}
}

// Ctrl-C while services start: nothing is left.
func TestComposeInterrupted(t *testing.T) {
	l := composing(t)
	if _, err := l.BuildStage(t.Context(), "compose/dev", "", lab.Usual); err != nil {
		t.Fatal(err)
	}
	told := new(claim.Transcript)
	c, err := openProject(t.Context(), l, "mounts", nil, told)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	time.AfterFunc(time.Second, cancel) // all seven take three
	_, err = c.run(ctx, nil, "up", "-d")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v\n%s", err, strings.Join(told.Lines, "\n"))
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
