package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"spabench/harness/internal/built"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// deepLinkOfTheirs is a client route of somebody's app, where none is named: no build has a file there, and most apps
// show that they do not know it.
const deepLinkOfTheirs = "/spabench/deep/link"

// What a load of somebody's app may ask for in a second, so that every server here can answer with a part of one CPU.
// The requests of visits are about as many as those of our app's; the bytes are about ten times as many.
const (
	bytesPerSecond    = 32 << 20
	requestsOfVisits  = 300
	requestsOfReturns = 600 // conditional ones
)

// stretch is how many times longer than usual slices become at most, so that they still have enough requests.
const stretch = 8

// Serve lets the variants of the plan serve somebody's own build, of which these are client routes, if any are known.
// The rates of what is large are lowered for all variants alike.
func Serve(p Plan, f *built.Folder, routes []string) (Plan, error) {
	app := &record.App{
		Given: f.Given, Digest: f.Digest, Files: len(f.Files), Bytes: f.Bytes(), Notes: slices.Clone(f.Notes),
	}
	for _, file := range f.Files {
		if file.Immutable() {
			app.Assets++
		}
	}
	for _, route := range routes {
		if file := f.At(route); file != "" {
			app.Notes = append(app.Notes, fmt.Sprintf("the route %s is not asked for, because the build has a page of "+
				"its own there: %s", route, file))
			continue
		}
		app.Routes = append(app.Routes, route)
	}
	sizes, err := f.Transfer()
	if err != nil {
		return p, err
	}
	p.App, p.Loads = app, slices.Clone(p.Loads)
	for i := range p.Loads {
		l := &p.Loads[i]
		if l.Path == deepLinkOfOurs {
			l.Path = append(app.Routes, deepLinkOfTheirs)[0]
		}
		switch {
		case l.Visit == record.FirstVisit:
			l.Doc = "the page and what it loads by name, on new connections"
			slowDown(l, min(bytesPerSecond/max(sizes.Visit, 1), requestsOfVisits/sizes.Requests))
		case l.Visit == record.RepeatVisit:
			slowDown(l, requestsOfReturns/sizes.Unfresh)
		case l.Path == rig.APITarget:
			l.Doc = "our API"
		case l.Path == entryScript:
			slowDown(l, bytesPerSecond/max(sizes.Script, 1))
		case l.Method == "" && l.Path != absentAsset:
			slowDown(l, bytesPerSecond/max(sizes.Page, 1))
		}
	}
	return p, nil
}

// slowDown lowers the rate of a load to at most this many in a second, and makes its slices longer instead.
func slowDown(l *record.Load, most int64) {
	rate := max(1, int(most))
	if rate >= l.Rate {
		return
	}
	factor := min(stretch, float64(l.Rate)/float64(rate))
	for _, d := range []*time.Duration{&l.Slice, &l.LeadIn, &l.Duration, &l.Warmup} {
		*d = time.Duration(factor * float64(*d)).Round(time.Millisecond)
	}
	l.Duration = l.Duration / max(l.Slice, 1) * l.Slice
	l.Rate = rate
}

// checkTheirs returns an error if the folder is not what the plan says.
func checkTheirs(planned *record.App, f *built.Folder) error {
	switch {
	case planned == nil && f == nil:
		return nil
	case planned == nil || f == nil:
		return errors.New("plan: it names an app, and there is no folder, or the other way round")
	case planned.Digest != f.Digest:
		return fmt.Errorf("%w: %s has other files now: their digest is %.12s, and was %.12s; put the build back, or "+
			"make a new run", record.ErrChanged, f.Given, f.Digest, planned.Digest)
	}
	return nil
}

// takeTheirs copies somebody's own build, and lets our variants serve it.
func (b *benchRun) takeTheirs(ctx context.Context) (err error) {
	b.progress.Line("copying %s, which is not changed: %d files, %.3g MB", b.theirs.Given, len(b.theirs.Files),
		float64(b.theirs.Bytes())/1e6)
	for _, note := range b.plan.App.Notes {
		b.progress.Line("  %s", note)
	}
	app := variants.App{Routes: b.plan.App.Routes}
	if b.Dist, app.Image, err = rig.BuildTheirs(ctx, b.Lab, b.theirs); err != nil {
		return err
	}
	for _, name := range b.plan.Variants {
		if _, isAdded := b.added[name]; isAdded {
			continue
		}
		v, _ := variants.Find(name)
		v.App = app
		b.known[name] = v
	}
	return nil
}
