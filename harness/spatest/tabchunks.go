package spatest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// chunk is a script that the app loads when it follows a link.
type chunk struct {
	link string
	load Load
}

// chunks follows the links of the start page, each from there, until one makes
// the app load scripts; with every, all of them. It counts the links that the app
// follows by itself.
func (v *visit) chunks(ctx context.Context, every bool) (found []chunk, followed int, err error) {
	seen, shown, err := v.open(ctx, "/")
	if err != nil || !shown {
		return nil, 0, err
	}
	if _, _, _, err = v.boots(ctx, seen); err != nil {
		return nil, 0, err
	}
	links, err := v.links(ctx)
	for i, link := range links {
		if i > 0 {
			if seen, shown, err = v.open(ctx, "/"); err != nil || !shown {
				return found, followed, err
			}
			if _, _, _, err = v.boots(ctx, seen); err != nil {
				return found, followed, err
			}
		}
		s, err := v.click(ctx, link)
		if err != nil {
			return found, followed, err
		}
		if !s.stays {
			continue
		}
		followed++
		for _, load := range v.scripts(s.loads) {
			found = append(found, chunk{link, load})
		}
		if len(found) > 0 && !every {
			break
		}
	}
	return found, followed, err
}

func checkLazyChunk(ctx context.Context, p *Pass) error {
	v, err := p.visit(ctx, p.origin())
	if err != nil {
		return err
	}
	defer v.tab.Close()
	found, followed, err := v.chunks(ctx, true)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, c := range found {
		if !seen[c.load.URL] {
			v.reportUnusable([]Load{c.load}, v.app+"/",
				fmt.Sprintf("the link to %s needs, and does not get,", c.link), "script")
		}
		seen[c.load.URL] = true
	}
	if len(found) == 0 {
		return skipf("none of %d links that the app follows from its start page loads a script", followed)
	}
	return nil
}

func checkOldTab(ctx context.Context, p *Pass) error {
	return p.withServer(ctx, Current,
		func(ctx context.Context, server *hosted) error { return server.overtakeTab(ctx) })
}

// overtakeTab deploys the next build while a tab is open.
func (s *hosted) overtakeTab(ctx context.Context) error {
	p := s.p
	site, err := forward(s.URL())
	if err != nil {
		return err
	}
	defer site.close()

	scout, err := p.visit(ctx, site.origin)
	if err != nil {
		return err
	}
	defer scout.tab.Close()
	found, _, err := scout.chunks(ctx, false)
	scout.tab.Close() // twice does no harm
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return skipf("a server started by the host, unlike the target, has no link that loads a chunk")
	}
	lazy := found[0]

	old, err := p.visit(ctx, site.origin)
	if err != nil {
		return err
	}
	defer old.tab.Close()
	if _, shown, err := old.open(ctx, "/"); err != nil || !shown {
		return err
	}
	if err := s.Deploy(ctx, Next); err != nil {
		return err
	}
	if err := site.to(s.URL()); err != nil {
		return err
	}
	followed, err := old.click(ctx, lazy.link)
	if err != nil {
		return err
	}
	// An app may reload at once: then there are the scripts of the new page, too.
	asked := old.scripts(followed.loads)
	if len(asked) == 0 {
		return skipf("the old tab does not request %s again", strings.TrimPrefix(lazy.load.URL, site.origin))
	}
	for _, load := range asked {
		if gone := load.Status == http.StatusNotFound || load.Status == http.StatusGone; !gone &&
			load.unusable() != "" {
			p.Reportf(old.exchange(load, old.app+"/"), "404, or the old chunk as JavaScript", load.unusable(),
				"after a deploy an old tab asks for its chunk and gets something else")
		}
	}
	return old.reportBrokenReload(ctx, lazy.link)
}

// reportBrokenReload reloads the page after a deploy, and reports if the app does
// not boot or cannot follow the link then.
func (v *visit) reportBrokenReload(ctx context.Context, link string) error {
	loads := len(v.tab.Loads())
	seen, shown, err := v.seen(ctx, v.tab.Reload(ctx), "after a deploy, a reload of an old tab shows no page")
	if err != nil || !shown {
		return err
	}
	const message = "after a deploy and a reload, an old tab does not get"
	_, boots, prerendered, err := v.boots(ctx, seen)
	if err != nil {
		return err
	}
	refused := v.reportUnusable(v.tab.Loads()[loads:], v.origin+seen.Target, message, "script", "style")
	if refused {
		return nil
	}
	if !boots && !prerendered {
		load, _ := lastDocument(v.tab.Loads())
		v.p.Reportf(
			v.exchange(load, ""),
			"an app that works again",
			"an empty page; "+v.complaints(),
			"after a deploy and a reload, the app does not boot",
		)
		return nil
	}
	// The link leads from the start page, and the tab may be elsewhere.
	loads = len(v.tab.Loads())
	if _, shown, err = v.open(ctx, "/"); err != nil || !shown {
		return err
	}
	if _, err := v.click(ctx, link); err != nil {
		return err
	}
	v.reportUnusable(v.tab.Loads()[loads:], v.app+"/", message, "script", "style")
	return nil
}
