package spatest

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
)

func matchChecks() []Check {
	return []Check{
		{
			Name: "conditional-no-false-304", Group: "conditional", Level: Must,
			DependsOn: []string{"conditional-304"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.3.2",
			Doc: `an If-None-Match that has only a part of the ETag, or a date before Last-Modified, gets no 304, ` +
				`in any coding

Two tags are equal when every character is. A server that compares the beginning, the length, the
date or a suffix such as "-gzip" tells browsers after a deploy that the old page is still the
current one, and they keep it for good. This holds for the page, for routes and for files; what is
missing gets its 404, whatever a browser has stored.`,
			Run: checkNoFalseMatch,
		},
		{
			Name: "conditional-304-policy", Group: "conditional", Level: Must,
			DependsOn: []string{"conditional-304"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9111.html#section-3.2",
			Doc: `a 304 brings no security policy that the response it confirms does not have

A browser that gets a 304 shows the page that it has stored, under the policy of the 304. If that
has another nonce, no script of the stored page runs. Leaving the policy out of a 304 is legal: the
stored one stays.`,
			Run: checkNotModifiedPolicy,
		},
		{
			Name: "conditional-single-fields", Group: "conditional", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-5.3",
			Doc: `a field that is not a list, such as ETag, Last-Modified or Content-Type, occurs once in a response, ` +
				`in any coding

With two tags, a browser sends the first one back and the server may know only the second: nothing
is ever revalidated. With two types, some browsers refuse the script and others run it. It
happens where a proxy or a filter adds what the server has set already.`,
			Run: checkSingleFields,
		},
	}
}

// visitCodings are those of the visits that conditional requests follow: a tool's, and a browser's.
var visitCodings = []string{"", browserCodings}

// visits calls do for the response to each visit of the page or a file that gets 200, with
// the header of its request. It returns the number of these responses.
func (p *Pass) visits(ctx context.Context, do func(f File, header []Field, x *Exchange) error) (int, error) {
	visits := 0
	for _, f := range p.revisited() {
		for _, codings := range visitCodings {
			header := Subresource(f.Dest)
			if codings != "" {
				header = append(header, Field{"Accept-Encoding", codings})
			}
			x, err := p.Get(ctx, f.Target, header)
			if err != nil {
				return visits, err
			}
			if x.Response.Status != http.StatusOK {
				continue // other checks say so
			}
			visits++
			if err := do(f, header, x); err != nil {
				return visits, err
			}
		}
	}
	return visits, nil
}

func checkNoFalseMatch(ctx context.Context, p *Pass) error {
	validated := 0
	_, err := p.visits(ctx, func(f File, header []Field, x *Exchange) error {
		conditions, own := nearConditions(x.Response.Header)
		if len(conditions) > 0 {
			validated++
		}
		for _, condition := range conditions {
			got, err := p.Get(ctx, f.Target, slices.Concat(header, []Field{condition}))
			if err != nil {
				return err
			}
			if got.Response.Status == http.StatusNotModified {
				p.Reportf(got, "200 OK: the validator is "+own, "",
					"a validator that %s does not have gets a 304", f.Target)
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if validated == 0 {
		return skipf("neither the page nor a file has an ETag or a Last-Modified")
	}
	return p.missingUnmatched(ctx)
}

// missingUnmatched: what is missing has nothing that a condition could match.
func (p *Pass) missingUnmatched(ctx context.Context) error {
	missing := p.site.assetDir + "/index-DEADBEEF.js"
	x, err := p.Get(ctx, missing, Script)
	if err != nil || !isMissing(x) {
		return err // assets-missing-404 says so
	}
	for _, condition := range []Field{{"If-None-Match", "*"}, {"If-Modified-Since", farFuture}} {
		x, err := p.Get(ctx, missing, slices.Concat(Script, []Field{condition}))
		if err != nil {
			return err
		}
		if x.Response.Status == http.StatusNotModified {
			p.Reportf(x, "404, as without the condition", "", "what is missing gets a 304")
		}
	}
	return nil
}

// nearConditions are those that a response with this header must not match, and the validator that it has.
func nearConditions(header http.Header) (conditions []Field, own string) {
	if tag := header.Get("ETag"); isEntityTag(tag) {
		for _, other := range nearTags(tag) {
			conditions = append(conditions, Field{"If-None-Match", other})
		}
		own = tag
	}
	if modified, err := http.ParseTime(header.Get("Last-Modified")); err == nil {
		before := modified.Add(-24 * time.Hour).UTC().Format(http.TimeFormat)
		conditions = append(conditions, Field{"If-Modified-Since", before})
		own = strings.TrimSpace(own + " " + header.Get("Last-Modified"))
	}
	return conditions, own
}

// maxTagParts of a tag are changed, each alone.
const maxTagParts = 4

// nearTags are tags that have a part of tag, and are not it: each of its parts is
// changed, and all of them but a suffix that names a coding.
func nearTags(tag string) []string {
	text := strings.Trim(strings.TrimPrefix(tag, "W/"), `"`)
	parts := tagParts(text)
	near := []string{`""`}
	changed := []byte(text)
	for _, part := range parts {
		one := []byte(text)
		for i := part.first; i <= part.last; i++ {
			one[i] = otherCharacter(one[i])
			changed[i] = one[i]
		}
		near = append(near, `"`+string(one)+`"`)
	}
	near = append(near, `"`+string(changed)+`"`)
	return slices.DeleteFunc(near, func(other string) bool { return other == `"`+text+`"` })
}

// tagParts are the runs of letters and digits in the text of a tag: such as a date,
// a length, a hash. One that is alone is cut in two. The name of a coding at the
// end is none.
func tagParts(text string) []span {
	alphanumeric := func(b byte) bool { return isLetter(b) || b >= '0' && b <= '9' }
	var parts []span
	for i := 0; i < len(text); i++ {
		if !alphanumeric(text[i]) {
			continue
		}
		first := i
		for i+1 < len(text) && alphanumeric(text[i+1]) {
			i++
		}
		parts = append(parts, span{int64(first), int64(i)})
	}
	if n := len(parts); n > 1 {
		last := strings.ToLower(text[parts[n-1].first : parts[n-1].last+1])
		if slices.Contains([]string{"gzip", "gz", "br", "brotli", "zstd", "zst", "deflate", "df"}, last) {
			parts = parts[:n-1]
		}
	}
	if len(parts) == 1 && parts[0].last-parts[0].first >= 3 {
		whole := parts[0]
		middle := (whole.first + whole.last) / 2
		parts = []span{{whole.first, middle}, {middle + 1, whole.last}}
	}
	return parts[:min(len(parts), maxTagParts)]
}

// otherCharacter is another one of the same kind, so that a hexadecimal number stays one.
func otherCharacter(b byte) byte {
	switch b {
	case '0', 'a', 'A':
		return b + 1
	}
	return b - 1
}
