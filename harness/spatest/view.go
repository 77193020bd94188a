package spatest

import (
	"bytes"
	"context"
	"html"
	"slices"
	"strings"
)

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
