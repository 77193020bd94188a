package witness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// margin is how much longer than expected a generator may take before it is given up.
const margin = 30 * time.Second

// arm is a variant that is up.
type arm struct {
	variant variants.Variant
	running *lab.Running
	request load.Request // of the page
	file    string       // in our generator's container: what it sends
}

// round starts every variant in fresh containers, and makes its turns.
func (b *bench) round(ctx context.Context, n int) (made []record.Witnessed, err error) {
	arms := make([]arm, len(b.Variants))
	for i, v := range b.Variants {
		arms[i].variant = v
	}
	b.shuffle(arms)
	defer rig.CleanUp(ctx, &err, func(ctx context.Context) error { return b.stop(ctx, arms) })
	done, all := (n-1)*b.Turns, b.Rounds*b.Turns
	for i, a := range arms {
		b.Progress.Step(done, all, fmt.Sprintf("round %d of %d: starting %s", n, b.Rounds, a.variant.Name))
		if err := b.start(ctx, &arms[i]); err != nil {
			return nil, fmt.Errorf("start %s: %w", a.variant.Name, err)
		}
	}
	for turn := 1; turn <= b.Turns; turn++ {
		b.Progress.Step(done+turn-1, all, fmt.Sprintf("round %d of %d: turn %d", n, b.Rounds, turn))
		b.shuffle(arms)
		for _, a := range arms {
			pair, err := b.pair(ctx, a)
			if err != nil {
				return nil, fmt.Errorf("load %s: %w", a.variant.Name, errors.Join(rig.ExitError(ctx, a.running), err))
			}
			for _, s := range pair {
				s.Variant, s.Round, s.Turn = a.variant.Name, n, turn
				made = append(made, s)
			}
		}
	}
	return made, nil
}

func (b *bench) shuffle(arms []arm) {
	b.random.Shuffle(len(arms), func(i, j int) { arms[i], arms[j] = arms[j], arms[i] })
}

// pair sends a slice with each generator, one right after the other, in an order drawn anew.
func (b *bench) pair(ctx context.Context, a arm) ([]record.Witnessed, error) {
	senders := []func() (record.Witnessed, error){
		func() (record.Witnessed, error) { return ours(ctx, b.ours, a.file, b.Load) },
		func() (record.Witnessed, error) { return theirs(ctx, b.theirs, b.invocation(), a.request, b.Load) },
	}
	b.random.Shuffle(len(senders), func(i, j int) { senders[i], senders[j] = senders[j], senders[i] })
	var made []record.Witnessed
	for _, send := range senders {
		s, err := measure(ctx, a, send)
		if err != nil {
			return nil, err
		}
		made = append(made, s)
	}
	return made, nil
}

// start starts a variant, and connects both generators to its network.
func (b *bench) start(ctx context.Context, a *arm) (err error) {
	g, err := b.For(ctx, a.variant)
	if err != nil {
		return err
	}
	o := lab.Options{Refs: b.refs[a.variant.Name], CPUSet: b.env.ServerCPUs}
	if a.running, err = b.Lab.Create(ctx, a.variant, o); err != nil {
		return err
	}
	if _, err := g.ColdStart(ctx, a.running); err != nil {
		return err
	}
	want, err := g.Dist.Want("index.html", b.Load.Coding)
	if err != nil {
		return err
	}
	for _, generator := range []*lab.Generator{b.ours, b.theirs} {
		if err := generator.Join(ctx, a.running); err != nil {
			return err
		}
	}
	url, err := b.ours.URL(ctx, a.running, a.variant.Entry().Name) // the same for both
	if err != nil {
		return err
	}
	a.request = load.Request{URL: url + b.Load.Path, Header: b.header, Want: want}
	a.file, err = describe(ctx, b.ours, a.variant.Name, a.request, b.Load)
	return err
}

// stop removes the variants that were created.
func (b *bench) stop(ctx context.Context, arms []arm) error {
	var errs []error
	for _, a := range arms {
		if a.running == nil {
			continue
		}
		errs = append(errs, b.ours.Leave(ctx, a.running), b.theirs.Leave(ctx, a.running), a.running.Remove(ctx))
	}
	return errors.Join(errs...)
}

// measure sends one slice, and reads the CPU time of the variant's containers meanwhile.
func measure(ctx context.Context, a arm, send func() (record.Witnessed, error)) (record.Witnessed, error) {
	stopReading := watch(ctx, a.running)
	s, err := send()
	readings, readErr := stopReading()
	if err := errors.Join(err, readErr); err != nil {
		return s, err
	}
	if s.Wrong > 0 {
		return s, fmt.Errorf("%s: %d responses were wrong: %s", s.Generator, s.Wrong, strings.Join(s.Reasons, "; "))
	}
	if s.CPU, s.CPUOver = within(readings, s.Began, s.Began.Add(s.Over)); s.CPUOver <= 0 {
		return s, fmt.Errorf("%s: the CPU time was not read twice within the slice", s.Generator)
	}
	return s, nil
}

// ours sends one slice with spabench's own generator, as the file in its container describes it. Of a slice in which
// it was late, it keeps no latency.
func ours(ctx context.Context, g *lab.Generator, file string, l record.Load) (record.Witnessed, error) {
	ctx, cancel := context.WithTimeout(ctx, l.LeadIn+l.Duration+margin)
	defer cancel()
	out, err := g.Exec(ctx, "/generator", "interleave", file)
	if err != nil {
		return record.Witnessed{}, err
	}
	var got []record.Loaded
	if err := json.Unmarshal(out, &got); err != nil {
		return record.Witnessed{}, fmt.Errorf("read the load generator's result: %w: %.200s", err, out)
	}
	if len(got) != 1 || len(got[0].Slices) != 1 {
		return record.Witnessed{}, fmt.Errorf("read the load generator's result: it has not one slice: %.200s", out)
	}
	s := got[0].Slices[0]
	return record.Witnessed{
		Generator: record.Ours, Began: s.Began, Over: l.Duration,
		Requests: s.Requests, Wrong: got[0].Wrong, Reasons: got[0].Reasons, Opened: got[0].Opened,
		Latency: got[0].Latency, LagP99: s.LagP99,
	}, nil
}

// describe writes what our generator sends to a variant into its container, and returns the name of the file.
func describe(ctx context.Context, g *lab.Generator, variant string, r load.Request, l record.Load) (string, error) {
	description, err := json.Marshal(load.Interleaved{
		LeadIn: l.LeadIn,
		Arms: []load.Arm{{Name: variant, Spec: load.Spec{
			Load: l.Name, Waves: [][]load.Request{{r}}, Rate: l.Rate, Duration: l.Duration,
			Connections: l.Connections, MaxConnections: l.MaxConnections,
		}}},
	})
	if err != nil {
		return "", err
	}
	file := "/" + variant + ".json"
	return file, g.Write(ctx, file, description)
}
