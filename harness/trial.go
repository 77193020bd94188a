package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/variants"
)

// readyWithin is how long a variant may take from the first start call to its first correct answers; tests shorten it.
var readyWithin = 30 * time.Second

// mostAttempts is how often a load is made that something disturbs.
const mostAttempts = 3

const (
	cleanUpWithin  = time.Minute      // for taking a variant away, after Ctrl-C too
	attackOverhead = 30 * time.Second // beyond an attack's own duration, before it is given up
)

// trial starts one variant, measures it and takes it away. What went wrong is in the trial's Err;
// what was measured before that stays in it.
func (b *bench) trial(ctx context.Context, v variants.Variant, round, order, repeat int) record.Trial {
	img := b.images[v.Name]
	b.sentinel.begin()
	t := record.Trial{Variant: v.Name, Round: round, Order: order, Began: time.Now().UTC(), Image: recordImage(img), Repeat: repeat}
	if err := b.measure(ctx, v, &t); err != nil {
		t.Err = err.Error()
	}
	t.Sentinel = b.sentinel.end()
	return t
}

func (b *bench) measure(ctx context.Context, v variants.Variant, t *record.Trial) (err error) {
	g, err := b.of(ctx, v)
	if err != nil {
		return err
	}
	began := time.Now()
	r, err := b.lab.Create(ctx, v, lab.Options{Refs: b.images[v.Name].Refs, CPUSet: b.serverCPUs, Limits: b.limited(), Environ: b.plan.Environ})
	created := time.Since(began)
	if r != nil {
		defer func() {
			clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpWithin)
			defer cancel()
			if err != nil {
				t.Log = r.Logs(clean)
			}
			err = errors.Join(err, r.Remove(clean))
		}()
	}
	if err != nil {
		return err
	}
	start, err := coldStart(ctx, r, g.dist)
	start.Create = created
	if err != nil {
		return err
	}
	t.Start = &start
	if start.Throttling, err = b.throttlingSince(r, lab.Throttling{}, max(start.Page, start.API)); err != nil {
		return err
	}
	if err := b.loads(ctx, r, v, g.dist, t); err != nil {
		return errors.Join(demise(ctx, r), err)
	}
	stopped, err := r.Stop(ctx)
	if err != nil {
		return err
	}
	t.Stop = &record.Stop{Took: stopped.Took, ExitCodes: stopped.ExitCodes}
	return nil
}

// coldStart starts the containers and polls until page and API answer correctly.
//
// Polling begins when the engine says that all containers are started. A connection to a published port before that
// is taken by the engine's own proxy, whose packets to an address that does not answer yet are sent again after a
// second: it would delay what it measures. So no phase is seen before Returned.
func coldStart(ctx context.Context, r *lab.Running, d dist) (record.Start, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return record.Start{}, err
	}
	began := time.Now()
	if err := r.Start(ctx); err != nil {
		return record.Start{}, err
	}
	s := record.Start{Returned: time.Since(began)}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	var page, api answer
	var pageErr, apiErr error
	var wg sync.WaitGroup
	wg.Go(func() {
		page, pageErr = probe{addr: u.Host, target: "/", header: http.Header{"Accept": {"text/html"}}, correct: d.correctPage, every: pollingOf(r)}.await(ctx)
	})
	wg.Go(func() {
		api, apiErr = probe{addr: u.Host, target: apiTarget, header: browserHeader("empty", "gzip"), correct: correctAPI, every: pollingOf(r)}.await(ctx)
	})
	gaveUp := watch(ctx, cancel, r)
	wg.Wait()
	cancel()
	if err := errors.Join(<-gaveUp, pageErr, apiErr); err != nil {
		return s, fmt.Errorf("not ready within %s: %w", readyWithin, err)
	}
	s.FirstByte = min(page.firstByte.Sub(began), api.firstByte.Sub(began))
	s.Page, s.API = page.correct.Sub(began), api.correct.Sub(began)
	return s, nil
}

// watch ends the wait when a container ends by itself: it will not become ready any more.
func watch(ctx context.Context, cancel context.CancelFunc, r *lab.Running) <-chan error {
	c := make(chan error, 1)
	go func() {
		defer close(c)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(250 * time.Millisecond):
			}
			if err := demise(ctx, r); err != nil {
				c <- err
				cancel()
				return
			}
		}
	}()
	return c
}

// loads attacks the variant with each load in turn, from the generator's container on the variant's own network.
func (b *bench) loads(ctx context.Context, r *lab.Running, v variants.Variant, d dist, t *record.Trial) error {
	if err := b.generator.Join(ctx, r); err != nil {
		return err
	}
	defer func() { _ = b.generator.Leave(context.WithoutCancel(ctx), r) }()
	u, err := url.Parse(r.URL)
	if err != nil {
		return err
	}
	idle, err := r.Usage(ctx)
	if err != nil {
		return err
	}
	for _, u := range idle {
		t.Idle = append(t.Idle, record.Usage(u))
	}
	for _, l := range b.plan.Loads {
		to := v.Entry().Name
		if l.Container != "" {
			to = l.Container
		}
		if v.Floor && !floorAnswers(l) || l.Once && v.Name == record.ControlArm || !v.Has(to) {
			continue
		}
		if l.Visit != "" && v.Front != "" {
			t.Loads = append(t.Loads, record.Loaded{Load: l.Name, Skipped: noVisits})
			continue
		}
		spec, err := d.specOf(ctx, l, b.generator.URL(to), u.Host)
		if lane := (laneError{}); errors.As(err, &lane) {
			t.Loads = append(t.Loads, record.Loaded{Load: l.Name, Skipped: lane.Error()})
			continue
		}
		if err != nil {
			return fmt.Errorf("load %s: %w", l.Name, err)
		}
		for attempt := 1; ; attempt++ {
			got, err := b.attack(ctx, r, spec)
			if err != nil {
				return fmt.Errorf("load %s: %w", l.Name, err)
			}
			got.Excess = b.excess(v.Name, got)
			got.Disturbed = beyond(got.Foreign, b.plan.Bounds.Foreign) || beyond(got.Excess, b.plan.Bounds.Excess)
			t.Loads = append(t.Loads, got)
			if !got.Disturbed || attempt == mostAttempts || !b.timeFor(b.left()) {
				break
			}
		}
	}
	if b.plan.Objective != nil && v.Name != record.ControlArm {
		t.Knee, err = b.knee(ctx, v, d, u.Host, t.Loads)
	}
	return err
}

// attack makes one load between two readings of all counters.
func (b *bench) attack(ctx context.Context, r *lab.Running, spec load.Spec) (record.Loaded, error) {
	before, err := b.counters(ctx, r)
	if err != nil {
		return record.Loaded{}, err
	}
	began, busy := time.Now(), b.sentinel.busy()
	throttled, err := r.Throttling()
	if err != nil {
		return record.Loaded{}, err
	}
	stop := func() []lab.Reading { return nil }
	if b.plan.Sliced {
		stop = r.Watch(record.Slice)
	}
	got, err := b.run(ctx, spec)
	readings := stop()
	if err != nil {
		return record.Loaded{}, err
	}
	if got.Throttling, err = b.throttlingSince(r, throttled, spec.Warmup+got.Elapsed); err != nil {
		return record.Loaded{}, err
	}
	busy, elapsed := b.sentinel.busy()-busy, time.Since(began)
	after, err := b.counters(ctx, r)
	if err != nil {
		return record.Loaded{}, err
	}
	var variant time.Duration
	for i := range after {
		u := record.UsageDelta{
			Container: after[i].Container, CPU: after[i].CPU - before[i].CPU,
			Memory: after[i].Memory, WorkingSet: after[i].WorkingSet,
			Peak: after[i].Peak, OOMKills: after[i].OOMKills - before[i].OOMKills,
		}
		if i == len(after)-1 {
			got.Generator = u
		} else {
			u.Slices = sliced(readings, i, got.Began, got.Began.Add(got.Sent))
			got.Usage = append(got.Usage, u)
			variant += u.CPU
		}
	}
	got.Foreign = b.sentinel.foreign(busy, variant, elapsed)
	return got, nil
}

// counters reads the variant's containers, then the generator.
func (b *bench) counters(ctx context.Context, r *lab.Running) ([]lab.Usage, error) {
	us, err := r.Usage(ctx)
	if err != nil {
		return nil, err
	}
	g, err := b.generator.Usage(ctx)
	return append(us, g), err
}

func (b *bench) run(ctx context.Context, s load.Spec) (record.Loaded, error) {
	var got record.Loaded
	return got, b.generate(ctx, "attack", s, s.Warmup+s.Duration, &got)
}

// generate has the load generator do what its argument says, which takes about so long, and reads what it measured.
func (b *bench) generate(ctx context.Context, command string, argument any, about time.Duration, got any) error {
	arg, err := json.Marshal(argument)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, about+attackOverhead)
	defer cancel()
	out, err := b.generator.Exec(ctx, "/generator", command, string(arg))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, got); err != nil {
		return fmt.Errorf("read the load generator's answer: %w: %.200s", err, out)
	}
	return nil
}

func recordImage(i lab.Image) record.Image {
	return record.Image{
		Images: i.Refs, IDs: i.IDs, Unpacked: i.Unpacked, Compressed: i.Compressed,
		Own: i.Own, Layers: i.Layers, Store: i.Store,
	}
}
