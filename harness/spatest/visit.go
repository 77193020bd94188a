package spatest

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"time"
)

// visit is a tab that goes to the app.
type visit struct {
	p      *Pass
	tab    Tab
	origin string // of the server, which may be another one than the target's
	app    string // where it is there: the origin, and the path of an app under one
}

// trustsAs reports whether the browser says of itself that it trusts whom the configuration trusts.
func trustsAs(b Browser, config *tls.Config) bool {
	by, says := b.(interface{ TrustsAs(*tls.Config) bool })
	return says && by.TrustsAs(config)
}

// visit opens a tab. It skips what a browser cannot do as the target asks.
func (p *Pass) visit(ctx context.Context, origin string) (*visit, error) {
	switch t := p.Target; {
	case len(t.Header) > 0:
		return nil, skipf("a browser would send the header fields of every request to other origins, too (Header)")
	case t.Rate != 0:
		return nil, skipf("a browser sends requests at its own pace, and a rate is set (Rate)")
	case t.Dial != nil || t.TLS != nil && !trustsAs(t.Browser, t.TLS):
		return nil, skipf("a browser connects in its own way (Dial, TLS)")
	}
	tab, err := p.Target.Browser.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &visit{p, tab, origin, origin + p.client.base}, nil
}

// origin of the target, as a browser writes it.
func (p *Pass) origin() string { return p.client.origin.String() }

// open goes to a request target, and returns what it shows. ErrNoPage is
// reported; shown is then false.
func (v *visit) open(ctx context.Context, target string) (seen view, shown bool, err error) {
	err = v.tab.Navigate(ctx, v.app+target)
	return v.seen(ctx, err, "the browser does not show %s as a page", target)
}

// seen is what a tab shows after an action that had this error.
func (v *visit) seen(ctx context.Context, err error, format string, args ...any) (seen view, shown bool, _ error) {
	if errors.Is(err, ErrNoPage) {
		load, _ := lastDocument(v.tab.Loads())
		v.p.Reportf(v.exchange(load, ""), "a page that the browser shows", err.Error(), format, args...)
		return view{}, false, nil
	}
	if err != nil {
		return view{}, false, err
	}
	seen, err = v.look(ctx)
	if err == nil && seen.Origin != v.origin {
		err = skipf("the app sends the browser to another origin: %s", seen.Origin)
	}
	return seen, err == nil, err
}

// showTime is how long an app that is loaded may take to show something.
const showTime = 5 * time.Second

// until looks at the page until it is as wanted, or has had time enough, and
// returns what it showed last.
func (v *visit) until(ctx context.Context, seen view, wanted func(view) bool) (view, bool, error) {
	for end := time.Now().Add(showTime); ; {
		if wanted(seen) {
			return seen, true, nil
		}
		if time.Now().After(end) {
			return seen, false, nil
		}
		before := seen
		err := pause(ctx, showTime/50)
		if err != nil {
			return before, false, err
		}
		if seen, err = v.look(ctx); err != nil {
			return before, false, err
		}
	}
}

// boots waits until the page shows more than the shell does without scripts. An
// app whose page is rendered beforehand may change nothing: that is not told from
// one that does not boot, and prerendered.
func (v *visit) boots(ctx context.Context, seen view) (now view, boots, prerendered bool, err error) {
	elements, text := outline(v.p.site.shell)
	changed := func(w view) bool { return w.Elements != elements || words(w.Text) != text }
	if text != "" && !changed(seen) {
		return seen, false, true, nil
	}
	now, boots, err = v.until(ctx, seen, changed)
	return now, boots, false, err
}

// complaints are the first problems that the console shows, in one line.
func (v *visit) complaints() string {
	var list []string
	for _, p := range v.tab.Problems() {
		if list = append(list, p.Text); len(list) == 3 {
			break
		}
	}
	if len(list) == 0 {
		return "no error on the console"
	}
	return strings.Join(list, "; ")
}
