package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// calibrated reports whether the generator is calibrated with a load. Those that move a few hundred bytes are one
// payload: the page stands for them; and so does the visit for those in one compressed coding.
func calibrated(l record.Load) bool {
	switch {
	case l.Container != "":
		return false
	case l.Visit == record.FirstVisit:
		return rig.Sidecars[l.Coding] == ""
	}
	return l.Name == "page" || l.Path == entryScript || l.Path == rig.APITarget && l.Method == ""
}

// calibrateFor is how long each of a calibration's attacks lasts.
const calibrateFor = 300 * time.Millisecond

// calibrate measures what the load generator can do with each payload, against the floor. Without one among the arms it
// is not known.
func (b *runner) calibrate(ctx context.Context) (err error) {
	var floor variants.Variant
	for _, v := range b.arms() {
		if _, built := b.images[v.Name]; v.Kind == variants.Baseline && built {
			floor = v
		}
	}
	var missing []record.Load
	for _, l := range b.plan.Loads {
		if c, is := b.before.calibrations[l.Name]; is {
			b.ceilings[l.Name] = c
		} else if calibrated(l) {
			missing = append(missing, l)
		}
	}
	if floor.Name == "" || len(missing) == 0 {
		return nil
	}
	b.progress.Line("calibrating the load generator")
	r, err := b.Lab.Create(ctx, floor, lab.Options{Refs: b.images[floor.Name].Refs, CPUSet: b.serverCPUs})
	if r != nil {
		defer rig.CleanUp(ctx, &err, r.Remove)
	}
	if err != nil {
		return fmt.Errorf("calibrate the load generator: %w", err)
	}
	if _, err := rig.ColdStart(ctx, r, b.Dist); err != nil {
		return fmt.Errorf("calibrate the load generator: start the floor: %w", err)
	}
	if err := b.generator.Join(ctx, r); err != nil {
		return fmt.Errorf("calibrate the load generator: %w", err)
	}
	defer rig.CleanUp(ctx, &err, func(ctx context.Context) error { return b.generator.Leave(ctx, r) })
	u, err := url.Parse(r.URL)
	if err != nil {
		return err
	}
	for _, l := range missing {
		c := record.Calibration{Load: l.Name}
		spec, err := payloads(ctx, b.Dist, l, b.generator.URL(floor.Entry().Name), u.Host)
		if err == nil {
			err = b.generate(ctx, "calibrate", spec, 4*(spec.Warmup+spec.Duration), &c)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil && c.Wrong > 0 {
			err = fmt.Errorf("%d answers were wrong: %s", c.Wrong, strings.Join(c.Reasons, "; "))
		}
		if err != nil {
			c.Err = err.Error()
			b.progress.Line("what the load generator can do with %s is not known: %v", l.Name, err)
		}
		b.ceilings[l.Name] = c
		if err := b.w.Calibration(c); err != nil {
			return err
		}
	}
	return nil
}

// payloads asks the floor for as many bytes as each request of the load is answered with, on connections of the same
// kind.
func payloads(ctx context.Context, d rig.Dist, l record.Load, base, addr string) (load.Spec, error) {
	s := load.Spec{Load: l.Name, Warmup: l.Warmup, Duration: calibrateFor, Connections: l.Connections, Fresh: l.Visit == record.FirstVisit}
	if l.Visit == "" {
		one, err := specOf(ctx, d, l, base, addr)
		if err != nil {
			return s, err
		}
		s.Waves = [][]load.Request{{payload(base, one.Waves[0][0].Header, one.Waves[0][0].Want.Length)}}
		return s, nil
	}
	files, err := homeFiles(d)
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
			wave = append(wave, payload(base, rig.BrowserHeader(rig.Destination(name), l.Coding), want.Length))
		}
		s.Waves = append(s.Waves, wave)
	}
	return s, nil
}

// payload asks the floor for so many bytes, which are all the same.
func payload(base string, header http.Header, length int) load.Request {
	return load.Request{
		URL: fmt.Sprintf("%s/payload/%d", base, length), Header: header, Want: rig.WantBody("", []byte(strings.Repeat("x", length))),
	}
}
