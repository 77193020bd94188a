package spatest

import (
	"bytes"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// tag is a start tag of a page.
type tag struct {
	name string            // lower case
	attr map[string]string // lower-case names; the first of equals wins
}

const maxTags = 20_000 // read from one page

// readTags returns the start tags of a page in order. It is as tolerant as a
// browser needs it to be for finding references: comments and the text of
// scripts, styles and the like hold no tags.
func readTags(page []byte) []tag {
	var tags []tag
	for len(page) > 0 && len(tags) < maxTags {
		open := bytes.IndexByte(page, '<')
		if open < 0 {
			break
		}
		page = page[open+1:]
		switch {
		case bytes.HasPrefix(page, []byte("!--")):
			_, page, _ = bytes.Cut(page[3:], []byte("-->"))
		case len(page) > 0 && isLetter(page[0]):
			var t tag
			t, page = readTag(page)
			tags = append(tags, t)
			if slices.Contains([]string{"script", "style", "title", "textarea", "noscript", "template", "xmp"},
				t.name) {
				page = afterEndTag(page, t.name)
			}
		}
	}
	return tags
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isSpace(b byte) bool  { return b == ' ' || b >= '\t' && b <= '\r' }

// readTag reads a start tag from behind its "<", and returns what follows it.
func readTag(s []byte) (tag, []byte) {
	end := bytes.IndexFunc(s, func(r rune) bool { return r == '>' || r == '/' || r < 0x80 && isSpace(byte(r)) })
	if end < 0 {
		return tag{name: strings.ToLower(string(s))}, nil
	}
	t := tag{name: strings.ToLower(string(s[:end])), attr: map[string]string{}}
	s = s[end:]
	for {
		s = bytes.TrimLeft(s, " \t\n\v\f\r/")
		if len(s) == 0 {
			return t, nil
		}
		if s[0] == '>' {
			return t, s[1:]
		}
		// A leading "=" belongs to the name.
		end := 1 + bytes.IndexAny(s[1:], "=>/ \t\n\v\f\r")
		if end == 0 {
			return t, nil
		}
		name := strings.ToLower(string(s[:end]))
		value := ""
		if rest := bytes.TrimLeft(s[end:], " \t\n\v\f\r"); len(rest) > 0 && rest[0] == '=' {
			value, s = readValue(bytes.TrimLeft(rest[1:], " \t\n\v\f\r"))
		} else {
			s = s[end:]
		}
		if _, ok := t.attr[name]; !ok {
			t.attr[name] = html.UnescapeString(value)
		}
	}
}

// readValue reads an attribute's value, and returns what follows it.
func readValue(s []byte) (string, []byte) {
	if len(s) > 0 && (s[0] == '"' || s[0] == '\'') {
		value, rest, _ := bytes.Cut(s[1:], s[:1])
		return string(value), rest
	}
	end := bytes.IndexAny(s, "> \t\n\v\f\r")
	if end < 0 {
		return string(s), nil
	}
	return string(s[:end]), s[end:]
}

// afterEndTag returns what follows the text of an element, from its end tag on.
func afterEndTag(s []byte, name string) []byte {
	for {
		open := bytes.Index(s, []byte("</"))
		if open < 0 {
			return nil
		}
		s = s[open+2:]
		if len(s) >= len(name) && strings.EqualFold(string(s[:len(name)]), name) {
			return s
		}
	}
}

// signature is what stays the same in a page whose nonces, tokens and texts
// change with every request: its elements and what they refer to. It is empty
// for what runs no script, which is no single-page app.
func signature(tags []tag) string {
	if !slices.ContainsFunc(tags, func(t tag) bool { return t.name == "script" }) {
		return ""
	}
	var b strings.Builder
	for _, t := range tags {
		b.WriteString("<" + t.name)
		for _, name := range []string{"id", "rel", "href", "src", "type"} {
			if value, ok := t.attr[name]; ok {
				b.WriteString(" " + name + "=" + value)
			}
		}
	}
	return b.String()
}

// reference is a sub-resource that a page names.
type reference struct {
	url       *url.URL // on the page's origin
	dest      string   // what a browser would send as Sec-Fetch-Dest
	integrity string   // the attribute, of the first element that has one
}

// References lists what a page refers to on its own origin, as far as a browser fetches it when it opens the page: its
// Target and Dest, each once, in the order of the page.
func References(page *url.URL, body []byte) []File {
	return filesOf(references(page, readTags(body)))
}

func filesOf(refs []reference) []File {
	var files []File
	for _, r := range refs {
		files = append(files, File{Target: r.url.RequestURI(), Dest: r.dest})
	}
	return files
}

// linkValue is one link of a Link header field (RFC 8288, section 3), and linkParameter one of its parameters.
var (
	linkValue     = regexp.MustCompile(`<([^>]*)>((?:[^,"]|"[^"]*")*)`)
	linkParameter = regexp.MustCompile(`;\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]*))`)
)

// linkTags are the links of a response's header as if the page had them.
func linkTags(header http.Header) []tag {
	var tags []tag
	for _, link := range linkValue.FindAllStringSubmatch(strings.Join(header.Values("Link"), ", "), -1) {
		t := tag{name: "link", attr: map[string]string{"href": link[1]}}
		for _, parameter := range linkParameter.FindAllStringSubmatch(link[2], -1) {
			t.attr[strings.ToLower(parameter[1])] = parameter[2] + parameter[3]
		}
		tags = append(tags, t)
	}
	return tags
}

// references lists the sub-resources of a page on its own origin, each once.
func references(page *url.URL, tags []tag) []reference {
	var list []reference
	base, seen := page, map[string]int{}
	for _, t := range tags {
		var href, dest string
		switch t.name {
		case "base":
			if u, err := page.Parse(t.attr["href"]); err == nil && base == page {
				base = u
			}
		case "script":
			href, dest = t.attr["src"], "script"
		case "img":
			href, dest = t.attr["src"], "image"
		case "link":
			href, dest = t.attr["href"], linkDest(t)
		}
		if href == "" || dest == "" {
			continue
		}
		u, err := base.Parse(strings.TrimSpace(href))
		if err != nil || !sameOrigin(u, page) {
			continue
		}
		target := u.RequestURI()
		i, known := seen[target]
		if !known && strings.HasPrefix(target, "/") {
			i, seen[target] = len(list), len(list)
			list = append(list, reference{url: u, dest: dest})
			known = true
		}
		if known && list[i].integrity == "" {
			list[i].integrity = t.attr["integrity"]
		}
	}
	return list
}

// linkDest is the destination of a link that a browser fetches, else empty.
func linkDest(t tag) string {
	for rel := range strings.FieldsSeq(strings.ToLower(t.attr["rel"])) {
		switch rel {
		case "stylesheet":
			return "style"
		case "modulepreload":
			return "script"
		case "icon", "apple-touch-icon", "mask-icon":
			return "image"
		case "manifest":
			return "manifest"
		case "preload":
			if as := strings.ToLower(t.attr["as"]); as != "" && as != "fetch" {
				return as
			}
			return "empty"
		}
	}
	return ""
}

// sameOrigin compares scheme, host and port (RFC 6454, section 4).
func sameOrigin(a, b *url.URL) bool {
	port := func(u *url.URL) string {
		if u.Port() == "" {
			return map[string]string{"http": "80", "https": "443"}[u.Scheme]
		}
		return u.Port()
	}
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}
