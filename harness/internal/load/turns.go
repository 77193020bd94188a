package load

import (
	"context"
	"fmt"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"spabench/harness/internal/cgroup"
	"spabench/harness/internal/record"
)

// taker is an arm that takes turns.
type taker struct {
	Arm
	*tally
	gun *gun
}

func newTaker(a Arm) *taker { return &taker{Arm: a, tally: newTally(a.Spec), gun: newGun(a.Spec)} }

// warmUp sends the warm-up, which is not verified.
func (t *taker) warmUp(ctx context.Context) error {
	if t.Spec.Warmup == 0 {
		return ctx.Err()
	}
	return t.gun.shoot(ctx, t.Spec.Warmup, func(*vegeta.Result) { t.out.WarmUp++ })
}

// leadIn sends hits before a slice, which are verified and not recorded.
func (t *taker) leadIn(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return ctx.Err()
	}
	return t.gun.shoot(ctx, d, func(res *vegeta.Result) {
		t.out.WarmUp++
		t.check(res, false)
	})
}

// fire sends the hits of a slice and counts them.
func (t *taker) fire(ctx context.Context, d time.Duration) error {
	in, out := t.gun.wire.in.Load(), t.gun.wire.out.Load()
	t.gun.visitor.count(true)
	t.begin()
	err := t.gun.shoot(ctx, d, t.add)
	t.end()
	t.gun.visitor.count(false)
	t.out.WireIn += t.gun.wire.in.Load() - in
	t.out.WireOut += t.gun.wire.out.Load() - out
	return err
}

// loaded returns all that was counted.
func (t *taker) loaded() (record.Loaded, error) {
	out, err := t.tally.loaded()
	if err != nil {
		return out, err
	}
	out.Opened, out.MostOpen = t.gun.wire.connections()
	out.Parts, err = t.gun.visitor.recorded()
	return out, err
}

// at returns the arm's slice of the last turn, or nil if it had none in it.
func (t *taker) at(turn int) *record.Slice {
	if n := len(t.out.Slices); n > 0 && t.out.Slices[n-1].Turn == turn {
		return &t.out.Slices[n-1]
	}
	return nil
}

// takers are all arms.
type takers []*taker

// slice makes one slice of an arm. An arm whose server is gone gets none: to wait for it again and again would take
// longer than all other slices together.
func (ts takers) slice(ctx context.Context, t *taker, turn int, leadIn, length time.Duration) error {
	if t.gone {
		return nil
	}
	if err := t.leadIn(ctx, leadIn); err != nil || t.gone {
		return err
	}
	before, own := ts.look(), ownCPUTime()
	if err := t.fire(ctx, length); err != nil {
		return err
	}
	own = ownCPUTime() - own
	after := ts.look()
	s, err := t.recorded(turn)
	if err != nil {
		return fmt.Errorf("record a slice of %s: %w", t.Name, err)
	}
	s.Generator, s.CPU = own, ts.account(t, before, after)
	t.out.Slices = append(t.out.Slices, s)
	return nil
}

// account returns what each container of the active arm used between two looks, or nil if that is unknown. What the
// others used meanwhile, they used while idle.
func (ts takers) account(active *taker, before, after look) (used []time.Duration) {
	for n, t := range ts {
		if len(before.cpu[n]) == 0 || len(after.cpu[n]) == 0 {
			continue
		}
		var each []time.Duration
		var sum time.Duration
		for c := range after.cpu[n] {
			each = append(each, after.cpu[n][c]-before.cpu[n][c])
			sum += each[c]
		}
		switch {
		case t == active:
			used = each
		case t.Name != active.Name: // otherwise they are the same containers, which are not idle
			t.out.Idle += sum
			t.out.IdleOver += after.at.Sub(before.at)
		}
	}
	return used
}

// settle decides whether a turn counts. If the generator was late in any slice of it, the turn is late for all arms,
// and none of its times are kept.
func (ts takers) settle(turn int) {
	late := false
	for _, t := range ts {
		if s := t.at(turn); s != nil && s.LagP99 > record.KeptLag {
			late = true
		}
	}
	for _, t := range ts {
		if s := t.at(turn); s != nil {
			s.Late = late
			if !late {
				t.keep()
			}
		}
	}
}

func (ts takers) loaded() ([]record.Loaded, error) {
	var all []record.Loaded
	for _, t := range ts {
		l, err := t.loaded()
		if err != nil {
			return nil, fmt.Errorf("record the load of %s: %w", t.Name, err)
		}
		all = append(all, l)
	}
	return all, nil
}

// look is the CPU time of all containers at one moment.
type look struct {
	at  time.Time
	cpu [][]time.Duration // of each arm's containers; nil where unknown
}

// look reads it. The counters of a container that has exited are gone; that it does not answer tells why.
func (ts takers) look() look {
	now := look{at: time.Now()}
	for _, t := range ts {
		cpu, err := t.cpuTimes()
		if err != nil {
			cpu = nil
		}
		now.cpu = append(now.cpu, cpu)
	}
	return now
}

// cpuTimes reads the CPU time of the arm's containers so far.
func (a Arm) cpuTimes() ([]time.Duration, error) {
	var all []time.Duration
	for _, file := range a.Counters {
		cpu, err := cgroup.CPUTime(file)
		if err != nil {
			return nil, err
		}
		all = append(all, cpu)
	}
	return all, nil
}
