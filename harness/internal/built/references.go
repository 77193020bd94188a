package built

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// reference is what one element of a page refers to.
type reference struct {
	kind string // one of those below, or "" for anything else that is loaded
	href string // "" for a script inside the page
}

const (
	pageBase        = "base"
	ownScript       = "script"
	importedScript  = "imported script" // by a script inside the page
	preloadedScript = "preloaded script"
)

// scriptKinds are the kinds of references that load scripts, those first that are likelier where an app begins: what is
// preloaded may be any part of it.
var scriptKinds = []string{ownScript, importedScript, preloadedScript}

// references lists what a browser loads with a page, in its order, and its base.
func references(page []byte) (all []reference) {
	z := html.NewTokenizer(bytes.NewReader(page))
	inert := 0 // how many elements are open whose content is not part of the document
	inline := false
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return all
		}
		t := z.Token()
		if kind == html.TextToken && inline && inert == 0 {
			all = append(all, importsOf(t.Data)...)
		}
		inline = false
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
			inline = r.kind == ownScript && r.href == ""
		}
	}
}

// imported matches a static or dynamic import of what has a path, and not of what only an import map knows.
var imported = regexp.MustCompile(
	"\\bimport\\s*(?:\\(\\s*|(?:[\\w$*{},\\s]+?\\bfrom\\s*)?)[\"'`](\\.{0,2}/[^\"'`$\\s]+)[\"'`]")

// importsOf lists what a script inside a page imports.
func importsOf(text string) (all []reference) {
	for _, m := range imported.FindAllStringSubmatch(text, -1) {
		all = append(all, reference{importedScript, m[1]})
	}
	return all
}

func referenceOf(t html.Token) (reference, bool) {
	attr := map[string]string{}
	for _, a := range t.Attr {
		attr[a.Key] = a.Val
	}
	_, isOld := attr["nomodule"]
	switch t.Data {
	case "base":
		return reference{pageBase, attr["href"]}, attr["href"] != ""
	case "script":
		return reference{ownScript, attr["src"]}, !isOld && isScript(attr["type"])
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
		return preloadedScript, true
	case slices.Contains(rel, "preload"):
		return "", true
	case slices.Contains(rel, "stylesheet"):
		return "", !disabled && !slices.Contains(rel, "alternate")
	}
	return "", false
}
