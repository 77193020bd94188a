package built

import (
	"bytes"
	"cmp"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Page is what a page of a build refers to.
type Page struct {
	Base    string   // the reference of its base element; "" if it has none
	Script  string   // the file of the build whose script it loads first; "" if it loads none of its own
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
	preloaded, under := "", ""
	for _, r := range references(page) {
		if r.kind == "base" {
			if p.Base = r.href; p.Base != "" {
				if u, err := root.Parse(p.Base); err == nil {
					base = u
				}
			}
			continue
		}
		if r.kind == "script" {
			p.Scripts++
		}
		name, own := fileOf(base, r.href)
		switch {
		case !own:
			continue
		case !has(name):
			p.Missing = append(p.Missing, r.href)
			under = cmp.Or(under, underWhich(name, has))
			continue
		case !slices.Contains(p.Loads, name):
			p.Loads = append(p.Loads, name)
		}
		p.Relative = p.Relative || p.Base == "" && !strings.HasPrefix(strings.TrimSpace(r.href), "/")
		if r.kind == "script" && p.Script == "" {
			p.Script = name
		} else if r.kind == "preloaded script" && preloaded == "" {
			preloaded = name
		}
	}
	if p.Script == "" {
		p.Script = preloaded // which a script inside the page imports
	}
	if len(p.Loads) == 0 {
		p.Under = under
	}
	return p
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

// reference is what one element of a page refers to.
type reference struct {
	kind string // base, script, preloaded script, or "" for anything else that is loaded
	href string // "" for a script inside the page
}

// references lists what a browser loads with a page, in its order, and its base.
func references(page []byte) (all []reference) {
	z := html.NewTokenizer(bytes.NewReader(page))
	inert := 0 // how many elements are open whose content is not part of the document
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return all
		}
		t := z.Token()
		if t.Data == "noscript" || t.Data == "template" {
			switch kind {
			case html.StartTagToken:
				inert++
			case html.EndTagToken:
				inert = max(0, inert-1)
			}
		}
		if inert > 0 || kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		if r, ok := referenceOf(t); ok {
			all = append(all, r)
		}
	}
}

func referenceOf(t html.Token) (reference, bool) {
	attr := map[string]string{}
	for _, a := range t.Attr {
		attr[a.Key] = a.Val
	}
	_, isOld := attr["nomodule"]
	switch t.Data {
	case "base":
		return reference{"base", attr["href"]}, attr["href"] != ""
	case "script":
		return reference{"script", attr["src"]}, !isOld && isScript(attr["type"])
	case "img":
		return reference{"", attr["src"]}, attr["src"] != "" && attr["loading"] != "lazy"
	case "link":
		kind, loaded := linkKind(attr)
		return reference{kind, attr["href"]}, loaded && attr["href"] != ""
	}
	return reference{}, false
}

// isScript reports whether browsers run a script of that type.
func isScript(mediaType string) bool {
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	return mediaType == "" || mediaType == "module" || strings.HasSuffix(mediaType, "/javascript")
}

// linkKind says whether a browser loads what a link element refers to, and as what.
func linkKind(attr map[string]string) (kind string, loaded bool) {
	rel := strings.Fields(strings.ToLower(attr["rel"]))
	_, disabled := attr["disabled"]
	switch {
	case slices.Contains(rel, "modulepreload"), slices.Contains(rel, "preload") && attr["as"] == "script":
		return "preloaded script", true
	case slices.Contains(rel, "preload"):
		return "", true
	case slices.Contains(rel, "stylesheet"):
		return "", !disabled && !slices.Contains(rel, "alternate")
	}
	return "", false
}
