package spatest

import (
	"bytes"
	"html"
	"path"
	"slices"
	"strings"
)

// piece is a tag, a comment or a text of a page. Text without words is none.
type piece struct {
	kind byte // '<' a start tag, '/' an end tag, '!' a comment, 't' text
	tag  tag
	text string // of the text or the comment, or the end tag's name
}

// rawTexts are elements whose content readTags passes over.
var rawTexts = []string{"script", "style", "title", "textarea", "noscript", "template", "xmp"}

// pieces reads a page as readTags does, and the rest of it.
func pieces(page []byte) []piece {
	var list []piece
	text := func(s []byte) {
		if words := words(html.UnescapeString(string(s))); words != "" {
			list = append(list, piece{kind: 't', text: words})
		}
	}
	for len(page) > 0 && len(list) < maxTags {
		before, rest, found := bytes.Cut(page, []byte("<"))
		text(before)
		if page = rest; !found {
			break
		}
		var inside []byte
		switch {
		case bytes.HasPrefix(page, []byte("!--")):
			inside, page, _ = bytes.Cut(page[3:], []byte("-->"))
			list = append(list, piece{kind: '!', text: string(inside)})
		case len(page) > 0 && isLetter(page[0]):
			var t tag
			t, page = readTag(page)
			list = append(list, piece{kind: '<', tag: t})
			if slices.Contains(rawTexts, t.name) {
				after := afterEndTag(page, t.name)
				inside = page[:len(page)-len(after)]
				inside = bytes.TrimSuffix(inside, []byte("</"))
				text(inside)
				list = append(list, piece{kind: '/', text: t.name})
				_, page, _ = bytes.Cut(after, []byte(">"))
			}
		default: // an end tag, or a declaration
			inside, page, _ = bytes.Cut(page, []byte(">"))
			list = append(list, piece{kind: '/', text: strings.ToLower(string(inside))})
		}
	}
	return list
}

// title is how many pieces the start of a title has at the beginning; 0: there is none.
func title(list []piece) int {
	if len(list) == 0 || list[0].kind != '<' || list[0].tag.name != "title" {
		return 0
	}
	if len(list) > 1 && list[1].kind == 't' {
		return 2
	}
	return 1
}

// inlineScript is how many pieces a script without src has at the beginning; 0: there is none.
func inlineScript(list []piece) int {
	if len(list) == 0 || list[0].kind != '<' || list[0].tag.name != "script" || list[0].tag.attr["src"] != "" {
		return 0
	}
	if len(list) > 2 && list[1].kind == 't' {
		return 3
	}
	return min(2, len(list))
}

// configScript is how many pieces a script that is a configuration has at the beginning; 0: there is none.
func configScript(list []piece) int {
	if len(list) == 0 || list[0].kind != '<' || list[0].tag.name != "script" {
		return 0
	}
	src, _, _ := strings.Cut(list[0].tag.attr["src"], "?")
	name := path.Base(src)
	if stem := strings.TrimSuffix(name, path.Ext(name)); hashAtEnd.MatchString(stem) {
		name = hashAtEnd.ReplaceAllString(stem, "") + path.Ext(name)
	}
	if !configNames.MatchString(name) {
		return 0
	}
	return min(2, len(list))
}
