package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// calibrated reports whether the generator is calibrated with a load. For loads that move a few hundred bytes, the page
// is calibrated on behalf of all; for visits in one compressed coding, the visit is.
func calibrated(l record.Load) bool {
	switch {
	case l.Container != "":
		return false
	case l.Visit == record.FirstVisit:
		return rig.SidecarEnding(l.Coding) == ""
	}
	return l.Name == "page" || l.Path == entryScript || l.Path == rig.APITarget && l.Method == ""
}

// calibrateTime is how long each attack of a calibration lasts.
const calibrateTime = 300 * time.Millisecond

// calibrate measures how much load the generator can produce with each payload, against the baseline. If the baseline
// is not among the arms, or could not be built, that stays unknown.
func (b *benchRun) calibrate(ctx context.Context) error {
	var missing []record.Load
	for _, l := range b.plan.Loads {
		if c, found := b.earlier.calibrations[l.Name]; found {
			b.ceilings[l.Name] = c
		} else if calibrated(l) {
			missing = append(missing, l)
		}
	}
	baseline, found := b.baseline()
	if !found || len(missing) == 0 {
		return nil
	}
	b.progress.Line("calibrating the load generator")
	if err := b.calibrateAgainst(ctx, baseline, missing); err != nil {
		return fmt.Errorf("calibrate the load generator: %w", err)
	}
	return nil
}

// baseline is the null server, if it is one of the arms and was built.
func (b *benchRun) baseline() (variants.Variant, bool) {
	for _, v := range b.arms() {
		if _, built := b.images[v.Name]; built && v.Kind == variants.Baseline {
			return v, true
		}
	}
	return variants.Variant{}, false
}

func (b *benchRun) calibrateAgainst(ctx context.Context, baseline variants.Variant, loads []record.Load) (err error) {
	o := lab.Options{Refs: b.images[baseline.Name].Refs, CPUSet: b.serverCPUs}
	r, err := b.Lab.Create(ctx, baseline, o)
	if r != nil {
		defer rig.CleanUp(ctx, &err, r.Remove)
	}
	if err != nil {
		return err
	}
	if _, err := b.ColdStart(ctx, r); err != nil {
		return fmt.Errorf("start the baseline: %w", err)
	}
	if err := b.generator.Join(ctx, r); err != nil {
		return err
	}
	defer rig.CleanUp(ctx, &err, func(ctx context.Context) error { return b.generator.Leave(ctx, r) })
	u, err := url.Parse(r.URL)
	if err != nil {
		return err
	}
	base, err := b.generator.URL(ctx, r, baseline.Entry().Name)
	if err != nil {
		return err
	}
	for _, l := range loads {
		c := record.Calibration{Load: l.Name}
		spec, err := payloadSpec(ctx, b.Dist, l, base, u.Host)
		if err == nil {
			err = b.generate(ctx, "calibrate", spec, 4*(spec.Warmup+spec.Duration), &c)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil && c.Wrong > 0 {
			err = fmt.Errorf("%d responses were wrong: %s", c.Wrong, strings.Join(c.Reasons, "; "))
		}
		if err != nil {
			c.Err = err.Error()
			b.progress.Line("the load generator could not be calibrated with %s: %v", l.Name, err)
		}
		b.ceilings[l.Name] = c
		if err := b.w.Calibration(c); err != nil {
			return err
		}
	}
	return nil
}

// payloadSpec requests as many bytes from the baseline as each response to the load has, on connections of the same
// kind.
func payloadSpec(ctx context.Context, d rig.Dist, l record.Load, base, addr string) (load.Spec, error) {
	s := load.Spec{
		Load: l.Name, Warmup: l.Warmup, Duration: calibrateTime,
		Connections: l.Connections, Fresh: l.Visit == record.FirstVisit,
	}
	if l.Visit == "" {
		single, err := specOf(ctx, d, l, base, addr)
		if err != nil {
			return s, err
		}
		request := single.Waves[0][0]
		s.Waves = [][]load.Request{{payload(base, request.Header, request.Want.Length)}}
		return s, nil
	}
	files, err := homePageFiles(d)
	if err != nil {
		return s, err
	}
	codings := strings.Split(l.Coding, ", ")
	for _, names := range files {
		var wave []load.Request
		for _, name := range names {
			want, err := d.Want(name, codings[len(codings)-1])
			if err != nil {
				return s, err
			}
			wave = append(wave, payload(base, browser.Header(browser.Destination(name), l.Coding), want.Length))
		}
		s.Waves = append(s.Waves, wave)
	}
	return s, nil
}

// payload requests this number of bytes from the baseline, which are all the same.
func payload(base string, header http.Header, length int) load.Request {
	return load.Request{
		URL:    fmt.Sprintf("%s/payload/%d", base, length),
		Header: header,
		Want:   rig.WantBody("", []byte(strings.Repeat("x", length))),
	}
}
