package built

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// Page is what a page of a build refers to.
type Page struct {
	Base    string   // the reference of its base element; "" if it has none
	Script  string   // the file of the build that is its first script; "" if it loads none of its own
	Loads   []string // the files that browsers load with it, in the order of the page
	Missing []string // references to files that the build does not have

	Scripts  int  // how many scripts it has, those inside the page included
	Relative bool // it names files relative to its own address, so that no other address can have it

	// Under is the path that the build is made for, such as /shop, if its files are found only without it: then it
	// loads none.
	Under string
}

// ReadPage reads the build's index.html. Has reports whether the build has a file.
func ReadPage(page []byte, has func(name string) bool) Page {
	var p Page
	base, root := &url.URL{Path: "/"}, &url.URL{Path: "/"}
	first, under := map[string]string{}, ""
	for _, r := range references(page) {
		if r.kind == pageBase {
			if p.Base = r.href; p.Base != "" {
				if u, err := root.Parse(p.Base); err == nil {
					base = u
				}
			}
			continue
		}
		if r.kind == ownScript {
			p.Scripts++
		}
		name, own := fileOf(base, r.href)
		switch {
		case !own, r.kind == importedScript && !has(name): // what a script names it may never load
			continue
		case !has(name):
			p.Missing = append(p.Missing, r.href)
			under = cmp.Or(under, underWhich(name, has))
			continue
		case !slices.Contains(p.Loads, name):
			p.Loads = append(p.Loads, name)
		}
		p.Relative = p.Relative || p.Base == "" && !strings.HasPrefix(strings.TrimSpace(r.href), "/")
		first[r.kind] = cmp.Or(first[r.kind], name)
	}
	for _, kind := range scriptKinds {
		p.Script = cmp.Or(p.Script, first[kind])
	}
	if len(p.Loads) == 0 {
		p.Under = under
	}
	return p
}

// Scripts are the request targets of the scripts that a page loads from its own origin, those first that are likelier
// to be where its app begins. It reads a page of a server whose build is not known.
func Scripts(page []byte) (targets []string) {
	base, found := &url.URL{Path: "/"}, map[string][]string{}
	for _, r := range references(page) {
		u, err := base.Parse(strings.TrimSpace(r.href))
		if err != nil || r.href == "" {
			continue
		}
		if r.kind == pageBase {
			base = u
		} else if u.Host == "" && u.Scheme == "" {
			found[r.kind] = append(found[r.kind], u.RequestURI())
		}
	}
	for _, kind := range scriptKinds {
		for _, target := range found[kind] {
			if !slices.Contains(targets, target) {
				targets = append(targets, target)
			}
		}
	}
	return targets
}

// fileOf is the name of the file to which a page with this base refers, and whether it is on the page's own origin.
func fileOf(base *url.URL, href string) (name string, own bool) {
	u, err := base.Parse(strings.TrimSpace(href))
	if href == "" || err != nil || u.Host != "" || u.Scheme != "" || strings.HasSuffix(u.Path, "/") {
		return "", false
	}
	return strings.TrimPrefix(u.Path, "/"), true
}

// underWhich is the path without which the build has the file; "" if it does not have it under any shorter name.
func underWhich(name string, has func(string) bool) string {
	for i, r := range name {
		if r == '/' && has(name[i+1:]) {
			return "/" + name[:i]
		}
	}
	return ""
}
