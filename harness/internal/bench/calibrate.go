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

// How long each attack of a calibration lasts. There are about eight of them, so that a load takes two seconds.
const (
	calibrateWarmup = 20 * time.Millisecond
	calibrateTime   = 200 * time.Millisecond
)

// calibrate measures how much load the generator can produce with each payload, against the baseline. If the baseline
// is not among the arms, or could not be built, that stays unknown.
func (b *benchRun) calibrate(ctx context.Context) error {
	var missing []record.Load
	for _, l := range b.plan.Loads {
		if c, found := b.earlier.calibrations[l.Name]; found {
			b.ceilings[l.Name] = c
		} else if calibrated(l) && (l.Path != entryScript || b.Dist.Script != "") {
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
	measured, err := calibrateEach(loads, func(l record.Load) (record.Calibration, error) {
		return b.calibrateWith(ctx, l, base, u.Host)
	})
	if err != nil {
		return err
	}
	for _, c := range measured {
		b.ceilings[c.Load] = c
		if err := b.w.Calibration(c); err != nil {
			return err
		}
	}
	return nil
}

// calibrateWith calibrates the generator with one load. Only the context's error is returned; others are recorded.
func (b *benchRun) calibrateWith(
	ctx context.Context, l record.Load, base, addr string,
) (record.Calibration, error) {
	c := record.Calibration{Load: l.Name}
	spec, err := payloadSpec(ctx, b.Dist, l, base, addr)
	if err == nil {
		err = b.generate(ctx, "calibrate", spec, 10*(spec.Warmup+spec.Duration), &c)
	}
	if ctx.Err() != nil {
		return c, ctx.Err()
	}
	if err == nil && c.Wrong > 0 {
		err = fmt.Errorf("%d responses were wrong: %s", c.Wrong, strings.Join(c.Reasons, "; "))
	}
	if err != nil {
		c.Err = err.Error()
		b.progress.Line("the load generator could not be calibrated with %s: %v", l.Name, err)
	}
	return c, nil
}

// calibrateEach calibrates with each load, and once all have had their turn, again with those whose rate the generator
// is not trusted with, up to twice. Other activity on the machine can only make it worse, may last for seconds, and
// would otherwise leave a run without latencies. The best calibration of each load counts.
func calibrateEach(
	loads []record.Load, calibrate func(record.Load) (record.Calibration, error),
) ([]record.Calibration, error) {
	best := make([]record.Calibration, len(loads))
	for attempt := range 3 {
		for i, l := range loads {
			if attempt > 0 && (best[i].Err != "" || best[i].Trusted() >= float64(l.Rate)) {
				continue
			}
			c, err := calibrate(l)
			if err != nil {
				return nil, err
			}
			if attempt == 0 || c.Trusted() > best[i].Trusted() {
				best[i] = c
			}
		}
	}
	return best, nil
}

// payloadSpec requests as many bytes from the baseline as each response to the load has, on connections of the same
// kind.
func payloadSpec(ctx context.Context, d rig.Dist, l record.Load, base, addr string) (load.Spec, error) {
	s := load.Spec{
		Load: l.Name, Warmup: calibrateWarmup, Duration: calibrateTime,
		Connections: l.Connections, MaxConnections: l.MaxConnections, Fresh: l.Visit == record.FirstVisit,
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
