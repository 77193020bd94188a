package spatest

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
)

// maxDisturbed is how often a check in a browser begins again.
const maxDisturbed = 4

// steady begins a check in a browser again if it found something wrong while the
// network of this machine changed, as it does when a container starts: browsers
// then give up all requests that are on their way.
func steady(run func(context.Context, *Pass) error) func(context.Context, *Pass) error {
	return func(ctx context.Context, p *Pass) error {
		for attempt := 1; ; attempt++ {
			tabs := &tabs{Browser: p.Target.Browser}
			try := p.again()
			try.Target.Browser = tabs
			before := addresses()
			err := run(ctx, try)
			if try.limited.Load() {
				p.limited.Store(true)
			}
			gaveUp := tabs.disturbed() || err != nil && strings.Contains(err.Error(), NetworkChanged)
			undisturbed := len(try.findings) == 0 || slices.Equal(before, addresses())
			if !gaveUp && (undisturbed || attempt == maxDisturbed) {
				p.findings, p.notes = append(p.findings, try.findings...), append(p.notes, try.notes...)
				return err
			}
			if attempt == maxDisturbed || ctx.Err() != nil {
				return fmt.Errorf("the network of this machine changed at each of %d attempts: %s",
					attempt, NetworkChanged)
			}
		}
	}
}

// again is the same pass, without findings.
func (p *Pass) again() *Pass {
	return &Pass{Target: p.Target, check: p.check, client: p.client, site: p.site}
}

// addresses are this machine's, which a browser watches.
func addresses() []string {
	list, _ := net.InterfaceAddrs() // without them, what the browser says must do
	var names []string
	for _, a := range list {
		names = append(names, a.String())
	}
	slices.Sort(names)
	return names
}

// tabs remembers what a browser has opened.
type tabs struct {
	Browser
	mu     sync.Mutex
	opened []Tab
}

func (t *tabs) Open(ctx context.Context) (Tab, error) {
	tab, err := t.Browser.Open(ctx)
	if err == nil {
		t.mu.Lock()
		t.opened = append(t.opened, tab)
		t.mu.Unlock()
	}
	return tab, err
}

// disturbed: a request was given up because the network changed.
func (t *tabs) disturbed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, tab := range t.opened {
		if slices.ContainsFunc(tab.Loads(), func(l Load) bool { return l.Failed == NetworkChanged }) {
			return true
		}
	}
	return false
}
