package spatest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// maxLinks of one page that are followed.
const maxLinks = 6

const linksScript = `(() => {
  const here = location.pathname + location.search;
  const route = (a) => a.pathname + a.search + a.hash;
  const follow = (a) => a.origin === location.origin && !a.hasAttribute('download') &&
    (a.target || '_self') === '_self' && a.getClientRects().length > 0 &&
    (a.pathname + a.search !== here || /^#[/!]/.test(a.hash) && a.hash !== location.hash) &&
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
	s := step{view: after, loads: v.tab.Loads()[loads:],
		moved: after.Origin+after.Target != before.Origin+before.Target}
	_, left := lastDocument(s.loads)
	s.stays = !left && after.Origin == v.origin
	return s, nil
}
