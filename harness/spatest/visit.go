package spatest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
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

// visit opens a tab. It skips what a browser cannot do as the target asks.
func (p *Pass) visit(ctx context.Context, origin string) (*visit, error) {
	switch t := p.Target; {
	case len(t.Header) > 0:
		return nil, skipf("a browser would send the fields of the target's Header to other origins, too")
	case t.Rate != 0:
		return nil, skipf("a browser sends requests at its own pace, not at the target's Rate")
	case t.Dial != nil || t.TLS != nil:
		return nil, skipf("a browser connects in its own way, not by the target's Dial and TLS")
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

// view is what a tab shows.
type view struct {
	Origin   string
	Target   string // path, query and fragment
	Title    string
	Text     string
	Elements int // that may be seen
}

const lookScript = `(() => {
  const invisible = 'script, style, link, meta, template, noscript, title';
  let elements = 0, text = document.body?.innerText ?? '';
  const walk = (root) => {
    for (const e of root.querySelectorAll('*')) {
      if (e.matches(invisible)) continue;
      elements++;
      if (e.localName.includes('-') && e.matches(':defined')) elements++; // only a script can define it
      if (e.shadowRoot) {
        text += '\n' + e.shadowRoot.textContent;
        walk(e.shadowRoot);
      }
    }
  };
  if (document.body) walk(document.body);
  return {
    Origin: location.origin, Target: location.pathname + location.search + location.hash,
    Title: document.title, Text: text.slice(0, 20000), Elements: elements,
  };
})()`

func (v *visit) look(ctx context.Context) (view, error) {
	var seen view
	err := v.tab.Evaluate(ctx, lookScript, &seen)
	return seen, err
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

// outline is what a page holds before a script runs: the number of its elements
// that may be seen, and its text.
func outline(page []byte) (elements int, text string) {
	invisible := []string{
		"html",
		"head",
		"body",
		"base",
		"title",
		"script",
		"style",
		"link",
		"meta",
		"template",
		"noscript",
	}
	for _, t := range readTags(page) {
		if !slices.Contains(invisible, t.name) {
			elements++
		}
	}
	var b strings.Builder
	for len(page) > 0 {
		before, rest, _ := bytes.Cut(page, []byte("<"))
		b.Write(before)
		b.WriteByte(' ')
		page = rest
		switch {
		case bytes.HasPrefix(page, []byte("!--")):
			_, page, _ = bytes.Cut(page[3:], []byte("-->"))
		case len(page) > 0 && isLetter(page[0]):
			var t tag
			t, page = readTag(page)
			if slices.Contains([]string{"script", "style", "title", "noscript", "template"}, t.name) {
				page = afterEndTag(page, t.name)
				_, page, _ = bytes.Cut(page, []byte(">"))
			}
		default: // an end tag, or a declaration
			_, page, _ = bytes.Cut(page, []byte(">"))
		}
	}
	return elements, words(html.UnescapeString(b.String()))
}

// words is a text without the shape of its white space.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// likeness of two views is from 0 to 1: the share of their words that both have.
func (v view) likeness(w view) float64 {
	count := map[string]int{}
	for _, word := range strings.Fields(v.Title + " " + v.Text) {
		count[word] |= 1
	}
	for _, word := range strings.Fields(w.Title + " " + w.Text) {
		count[word] |= 2
	}
	both := 0
	for _, in := range count {
		if in == 3 {
			both++
		}
	}
	if len(count) == 0 {
		return 1
	}
	return float64(both) / float64(len(count))
}

// maxLinks of one page that are followed.
const maxLinks = 6

const linksScript = `(() => {
  const here = location.pathname + location.search;
  const route = (a) => a.pathname + a.search + a.hash;
  const follow = (a) => a.origin === location.origin && !a.hasAttribute('download') && (a.target || '_self') === '_self' &&
    (a.pathname + a.search !== here || /^#[/!]/.test(a.hash) && a.hash !== location.hash) && a.getClientRects().length > 0 &&
    !/(log|sign)[-_ ]?out|delete|remove|unsubscribe/i.test(a.href + ' ' + a.textContent);
  return [...new Set([...document.querySelectorAll('a[href]')].filter(follow).map(route))];
})()`

// links are the routes of the app to which the page has links that can be seen.
func (v *visit) links(ctx context.Context) ([]string, error) {
	var list []string
	err := v.tab.Evaluate(ctx, linksScript, &list)
	list = slices.DeleteFunc(list, func(link string) bool { return !strings.HasPrefix(v.origin+link, v.app+"/") })
	return list[:min(len(list), maxLinks)], err
}

// step is what following a link did.
type step struct {
	view
	loads []Load // of the way
	stays bool   // the app went there itself: the document is the same
	moved bool   // the address is another
}

// click follows the link to a route, if the page has it.
func (v *visit) click(ctx context.Context, link string) (step, error) {
	before, err := v.look(ctx)
	if err != nil {
		return step{}, err
	}
	loads := len(v.tab.Loads())
	quoted, _ := json.Marshal(link) // a string can always be marshalled
	var found bool
	err = v.tab.Evaluate(ctx, fmt.Sprintf(`(() => {
  const a = [...document.querySelectorAll('a[href]')].find((a) =>
    a.origin === location.origin && a.pathname + a.search + a.hash === %s && a.getClientRects().length > 0);
  a?.click();
  return Boolean(a);
})()`, quoted), &found)
	if err != nil || !found {
		return step{}, err
	}
	if err := v.tab.Settle(ctx); err != nil {
		return step{}, err
	}
	after, err := v.look(ctx)
	if err != nil {
		return step{}, err
	}
	s := step{view: after, loads: v.tab.Loads()[loads:], moved: after.Origin+after.Target != before.Origin+before.Target}
	_, left := lastDocument(s.loads)
	s.stays = !left && after.Origin == v.origin
	return s, nil
}

// lastDocument is the response that the tab's last document came with.
func lastDocument(loads []Load) (Load, bool) {
	for _, load := range slices.Backward(loads) {
		if load.Dest == "document" {
			return load, true
		}
	}
	return Load{}, false
}

// scripts are the responses to requests for scripts of this origin, without redirects.
func (v *visit) scripts(loads []Load) []Load {
	return slices.DeleteFunc(slices.Clone(loads), func(l Load) bool {
		return l.Dest != "script" || !v.own(l) || l.redirects()
	})
}

// own: the server is responsible for it.
func (v *visit) own(l Load) bool { return strings.HasPrefix(l.URL, v.app+"/") }

func (l Load) redirects() bool { return l.Status/100 == 3 }

// unusable says why a page cannot use what it asked for, or nothing. A redirect
// and a request that the page itself gave up are nothing.
func (l Load) unusable() string {
	switch {
	case l.redirects():
		return ""
	case l.Status == 0 && strings.Contains(l.Failed, "ERR_ABORTED"):
		return ""
	case l.Status == 0:
		return l.Failed
	case l.Status >= http.StatusBadRequest:
		return fmt.Sprintf("%d %s", l.Status, http.StatusText(l.Status))
	case l.Dest == "script" && !slices.Contains(scriptTypes, l.Type) && !slices.Contains(moduleTypes, l.Type):
		return fmt.Sprintf("%d, Content-Type: %s", l.Status, l.Type)
	case l.Dest == "style" && l.Type != "text/css":
		return fmt.Sprintf("%d, Content-Type: %s", l.Status, l.Type)
	case l.Failed != "" && !strings.Contains(l.Failed, "ERR_ABORTED"):
		return fmt.Sprintf("%d, %s", l.Status, l.Failed)
	}
	return ""
}

// moduleTypes are what a module may import besides scripts.
var moduleTypes = []string{"application/json", "text/json", "text/css", "application/wasm"}

// exchange is a load as evidence; a page is what referred to it.
func (v *visit) exchange(l Load, page string) *Exchange {
	u, err := url.Parse(l.URL)
	if err != nil || u.Host == "" {
		return nil
	}
	dest := l.Dest
	if dest == "fetch" || dest == "other" {
		dest = "empty"
	}
	x := &Exchange{
		Origin:  u.Scheme + "://" + u.Host,
		Request: Request{Method: http.MethodGet, Target: u.RequestURI(), Header: Subresource(dest)},
	}
	if page != "" {
		x.Request.Header = append(x.Request.Header, Field{"Referer", page})
	}
	if l.Status > 0 {
		x.Response = &Response{Status: l.Status, Header: http.Header{"Content-Type": {l.Type}}}
	}
	return x
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
