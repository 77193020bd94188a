package spatest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// checkHistory reports what it finds twice: on a busy machine, the page of a route may be looked at before it is
// complete, and then the complete page is more like that of the other route.
func checkHistory(ctx context.Context, p *Pass) error {
	try := p.again()
	if err := checkMoves(ctx, try); err != nil || len(try.findings) == 0 {
		p.notes = append(p.notes, try.notes...)
		return err
	}
	return checkMoves(ctx, p)
}

func checkMoves(ctx context.Context, p *Pass) error {
	v, err := p.visit(ctx, p.origin())
	if err != nil {
		return err
	}
	defer v.tab.Close()
	home, there, err := v.twoRoutes(ctx)
	if err != nil || there.Target == "" {
		return err
	}
	for _, move := range []struct {
		name        string
		do          func(context.Context) error
		want, other view
	}{
		{"a reload", v.tab.Reload, there, home},
		{"going back", v.tab.Back, home, there},
		{"going forward", v.tab.Forward, there, home},
	} {
		loads := len(v.tab.Loads())
		seen, shown, err := v.seen(ctx, move.do(ctx), "%s at %s shows no page", move.name, move.want.Target)
		if err != nil || !shown {
			return err
		}
		if wrong, err := v.reportWrong(ctx, seen, v.tab.Loads()[loads:], move.name, move.want,
			move.other); err != nil ||
			wrong {
			return err // the rest would follow from it
		}
	}
	return nil
}

// twoRoutes goes from the start page to another route, by a link if the app
// follows one by itself: then it is known to be a route of the app.
func (v *visit) twoRoutes(ctx context.Context) (home, there view, err error) {
	home, shown, err := v.open(ctx, "/")
	if err != nil || !shown {
		return view{}, view{}, err
	}
	if home, _, _, err = v.boots(ctx, home); err != nil {
		return view{}, view{}, err
	}
	links, err := v.links(ctx)
	if err != nil {
		return view{}, view{}, err
	}
	for _, link := range links {
		s, err := v.click(ctx, link)
		if err != nil {
			return view{}, view{}, err
		}
		if s.stays && s.moved {
			there, _, err := v.until(ctx, s.view, func(w view) bool { return w.likeness(home) < 1 })
			if err == nil {
				err = v.tab.Settle(ctx) // what differs may be a page that is still loading
			}
			if err == nil {
				there, err = v.look(ctx)
			}
			return home, there, err
		}
		if !s.stays {
			if home, shown, err = v.open(ctx, "/"); err != nil || !shown {
				return view{}, view{}, err
			}
		}
	}
	there, shown, err = v.open(ctx, v.p.Routes()[0])
	if err != nil || !shown {
		return view{}, view{}, err
	}
	there, _, _, err = v.boots(ctx, there)
	return home, there, err
}

// reportWrong reports if what is seen after a move is not the view that it leads
// to, as far as the server has to do with it: an app may send its user elsewhere.
func (v *visit) reportWrong(ctx context.Context, seen view, loads []Load, move string, want, other view) (bool, error) {
	expected := "the page that was at " + want.Target
	load, fresh := lastDocument(loads)
	x := v.exchange(load, "")
	if fresh &&
		(load.Status != http.StatusOK || load.Type != "text/html" || !sameRoute(load.URL, v.origin+want.Target)) {
		v.p.Reportf(
			x,
			"200 and the page, at "+want.Target,
			fmt.Sprintf("%d, Content-Type: %s, at %s", load.Status, load.Type, strings.TrimPrefix(load.URL, v.origin)),
			"%s at %s gets another answer than a first visit",
			move,
			want.Target,
		)
		return true, nil
	}
	seen, boots, prerendered, err := v.boots(ctx, seen)
	if err != nil {
		return false, err
	}
	if fresh && !boots && !prerendered {
		v.p.Reportf(x, expected, "an empty page; "+v.complaints(), "the app does not boot after %s at %s",
			move, want.Target)
		return true, nil
	}
	// The app has its own time to get there.
	seen, right, err := v.until(ctx, seen, func(w view) bool {
		return w.Target == want.Target && w.likeness(want) >= w.likeness(other)
	})
	switch {
	case err != nil || right:
		return false, err
	case seen.Target != want.Target:
		v.p.Notef("after %s at %s the app went to %s by itself", move, want.Target, seen.Target)
	case fresh:
		v.p.Reportf(
			x,
			expected,
			fmt.Sprintf("a page that is more like that at %s: %q", other.Target, excerpt([]byte(seen.Text))),
			"%s at %s shows another route",
			move,
			want.Target,
		)
		return true, nil
	}
	return false, nil
}

// sameRoute: a server may add a slash, or take it away.
func sameRoute(a, b string) bool {
	path := func(s string) string {
		s, _, _ = strings.Cut(s, "#")
		s, query, _ := strings.Cut(s, "?")
		return strings.TrimSuffix(s, "/") + "?" + query
	}
	return path(a) == path(b)
}
