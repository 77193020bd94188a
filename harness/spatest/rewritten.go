package spatest

import (
	"bytes"
	"encoding/json"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A server may write a configuration into the build when it starts, and a nonce into
// the page when it answers: images are built once and run anywhere. What is served is
// then not the build, and is told from what a filter or another build would send.

// placeholder is what a start of a container replaces, in the spellings of envsubst, of
// templates and of tools that were made for it.
var placeholder = regexp.MustCompile(`\$\{[A-Z][A-Z0-9_]{2,}(:?-[^}]*)?\}|\$[A-Z][A-Z0-9_]{3,}|__[A-Z][A-Z0-9_]*__|` +
	`\{\{ *[.A-Za-z_][A-Za-z0-9_.]* *\}\}|%[A-Z][A-Z0-9_]+%|<%=? *[A-Za-z_][A-Za-z0-9_.]* *%>|` +
	`@@[A-Z][A-Z0-9_]+@@|##[A-Z][A-Z0-9_]+##|[A-Z][A-Z0-9_]*_PLACEHOLDER|PLACEHOLDER_[A-Z0-9_]+`)

// maxValue is how long the value of a placeholder may be, in bytes.
const maxValue = 4 << 10

// isFilled reports whether text is the template, its placeholders replaced by values.
func isFilled(template, text string) bool {
	spans := placeholder.FindAllStringIndex(template, -1)
	if len(spans) == 0 {
		return template == text
	}
	rest, ok := strings.CutPrefix(text, template[:spans[0][0]])
	if !ok {
		return false
	}
	for i, span := range spans {
		literal := template[span[1]:]
		if i+1 < len(spans) {
			literal = template[span[1]:spans[i+1][0]]
		}
		at := strings.Index(rest, literal)
		if i+1 == len(spans) {
			at = len(rest) - len(literal)
		}
		if at < 0 || at > maxValue || !strings.HasPrefix(rest[at:], literal) {
			return false
		}
		rest = rest[at+len(literal):]
	}
	return rest == ""
}

// configNames are names of files that only hold a configuration.
var configNames = regexp.MustCompile(
	`(?i)^(app[-_.]?|runtime[-_.]?|__?)?(env|config|configuration|settings|appsettings)` +
		`([-_.](env|config|runtime|production|prod|local))?\.(js|json)$`)

// isConfig reports whether a file is one that a start may write anew.
func isConfig(f File) bool {
	target, _, _ := strings.Cut(f.Target, "?")
	return !f.Hashed && configNames.MatchString(path.Base(target))
}

// isConfigured reports whether the content is that of a file of the build after a start
// of the server: a declared or a well-known configuration, or a filled template.
func (p *Pass) isConfigured(f File, want, got []byte) bool {
	switch {
	case strings.HasSuffix(f.Name, ".html"):
		if f.Name == "index.html" {
			return isBranded(want, got)
		}
		return isRewritten(want, got)
	case slices.Contains(p.Target.Configured, "/"+f.Name) || isConfig(f):
		return isConfiguration(f, got)
	}
	return placeholder.Match(want) && isFilled(string(want), string(got))
}

// isConfiguration reports whether the content could be that of a script or of data.
func isConfiguration(f File, got []byte) bool {
	trimmed := bytes.TrimSpace(got)
	if f.Ext() == ".json" {
		return json.Valid(trimmed)
	}
	return len(trimmed) > 0 && trimmed[0] != '<'
}

// isRewritten reports whether got is the page of the build with what a server may write
// into it: nonces, values for placeholders, scripts without src that hold a
// configuration, and elements that say something about the page (meta, base, a canonical
// link). A page that differs in nothing but its white space is not.
func isRewritten(want, got []byte) bool { return rewriting{}.made(want, got) }

// isBranded is isRewritten for the app's own page, which may also have another title,
// language, description and data attributes than the build's, and comments. Of other pages
// these are what tells them apart.
func isBranded(want, got []byte) bool {
	return rewriting{branded: true}.made(want, got) && !isGarbled(want, got)
}

// isGarbled: a filter has taken the page for one in another encoding.
func isGarbled(want, got []byte) bool {
	if bytes.Count(got, []byte("\uFFFD")) > bytes.Count(want, []byte("\uFFFD")) || !utf8.Valid(got) && utf8.Valid(want) {
		return true
	}
	for _, text := range beyondASCII.FindAll(want, -1) {
		var asLatin1 []rune
		for _, b := range text {
			asLatin1 = append(asLatin1, rune(b))
		}
		if misread := []byte(string(asLatin1)); bytes.Contains(got, misread) && !bytes.Contains(want, misread) {
			return true
		}
	}
	return false
}

var beyondASCII = regexp.MustCompile(`[^\x00-\x7f]+`)

// rewriting is what may be written into a page.
type rewriting struct {
	branded bool // what says something about the page, too
}

func (r rewriting) made(want, got []byte) bool {
	built, served := pieces(want), pieces(got)
	written := false
	for len(built) > 0 || len(served) > 0 {
		if a, b := title(built), title(served); r.branded && a > 0 && b > 0 {
			written = written || !slices.EqualFunc(built[:a], served[:b], piece.same)
			built, served = built[a:], served[b:]
			continue
		}
		if len(built) > 0 && len(served) > 0 {
			a, b := inlineScript(built), inlineScript(served)
			if a == 0 {
				a, b = 1, 1
			}
			if b > 0 && r.sameConfig(built[:a], served[:b]) {
				written = written || !slices.EqualFunc(built[:a], served[:b], piece.same)
				built, served = built[a:], served[b:]
				continue
			}
		}
		written = true
		switch {
		case inlineScript(served) > 0:
			served = served[inlineScript(served):]
		case len(served) > 0 && (served[0].describes() || r.branded && served[0].kind == '!'):
			served = served[1:]
		case configScript(served) > 0: // its name may have a hash of the configuration
			served = served[configScript(served):]
		case configScript(built) > 0:
			built = built[configScript(built):]
		case len(built) > 0 && built[0].kind == '!' && commentMark.MatchString(built[0].text):
			built = built[1:]
		default:
			return false
		}
	}
	return written
}

// same: the pieces differ in nothing.
func (a piece) same(b piece) bool {
	return a.kind == b.kind && a.text == b.text && a.tag.name == b.tag.name && maps.Equal(a.tag.attr, b.tag.attr)
}

// commentMark is what a comment says that stands for what is written in its place.
var commentMark = regexp.MustCompile(`(?i)env|config|inject|nonce|placeholder|runtime|server|head|meta`)

// describes: the element says something about the page, and loads nothing.
func (a piece) describes() bool {
	rel := strings.ToLower(a.tag.attr["rel"])
	return a.kind == '<' && (a.tag.name == "meta" || a.tag.name == "base" ||
		a.tag.name == "link" && (rel == "canonical" || rel == "alternate"))
}

// saysOnly: with any value, the attribute makes the element load and run nothing else.
func (t tag) saysOnly(attribute string) bool {
	switch t.name {
	case "html", "body":
		if slices.Contains([]string{"lang", "dir", "class", "translate"}, attribute) {
			return true
		}
	case "meta":
		if attribute == "content" && t.attr["http-equiv"] == "" {
			return true
		}
	}
	return strings.HasPrefix(attribute, "data-")
}

var nonceAttribute = regexp.MustCompile(` nonce=("[^"]*"|'[^']*'|[^\s>]*)`)

// equal: the pieces differ by a nonce or the values of placeholders at most.
func (r rewriting) equal(a, b piece) bool {
	if a.kind == '!' { // a filter may not know that it is in a comment
		a.text, b.text = nonceAttribute.ReplaceAllString(a.text, ""), nonceAttribute.ReplaceAllString(b.text, "")
	}
	if a.kind != b.kind || a.tag.name != b.tag.name || !isFilled(a.text, b.text) {
		return false
	}
	for name, value := range a.tag.attr {
		now, ok := b.tag.attr[name]
		if name != "nonce" && (!ok || !isFilled(value, now) && !(r.branded && a.tag.saysOnly(name))) {
			return false
		}
	}
	for name := range b.tag.attr {
		if _, ok := a.tag.attr[name]; !ok && name != "nonce" && !(r.branded && b.tag.saysOnly(name)) {
			return false
		}
	}
	return true
}

// assigned is what a script sets, up to the value: "window.__ENV__ =".
var assigned = regexp.MustCompile(`^[\w.$\[\]'" ]+[=(]`)

// sameConfig: two pieces are equal, or two scripts without src are or set the same thing to
// other values.
func (r rewriting) sameConfig(a, b []piece) bool {
	if !r.equal(a[0], b[0]) {
		return false
	}
	if inlineScript(a) == 0 {
		return true
	}
	text := func(list []piece) string {
		if len(list) == 3 {
			return list[1].text
		}
		return ""
	}
	x, y := text(a), text(b)
	if isFilled(x, y) {
		return true
	}
	if strings.Contains(a[0].tag.attr["type"], "json") {
		return json.Valid([]byte(y))
	}
	sets := assigned.FindString(x)
	return sets != "" && sets == assigned.FindString(y)
}

// writtenAsHome: what is written into "/" is written into this page, too. A handler of
// routes that sends the build's page as it is leaves the app without its configuration.
func (p *Pass) writtenAsHome(body []byte) bool {
	inline := func(page []byte) (n int) {
		for list := pieces(page); len(list) > 0; list = list[1:] {
			if inlineScript(list) > 0 {
				n++
			}
		}
		return n
	}
	for _, mark := range placeholder.FindAll(p.site.shell, -1) {
		if !bytes.Contains(p.site.served, mark) && bytes.Contains(body, mark) {
			return false
		}
	}
	return inline(body) == inline(p.site.served)
}
