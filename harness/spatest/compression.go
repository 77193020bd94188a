package spatest

import (
	"context"
	"strings"
	"sync/atomic"
)

func compressionChecks() []Check {
	return []Check{
		{
			Name: "compression-negotiated", Group: "compression", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.4",
			Doc: `text that does not fit in one packet is compressed for a client that accepts a content coding

The page, scripts, style sheets, SVG and data shrink to a third: without
compression, the first visit on a slow network takes that much longer. Any coding
that the client accepts will do. What fits in one packet anyway, or hardly
shrinks, may be sent as is.`,
			Run: checkNegotiated,
		},
		{
			Name: "compression-vary", Group: "compression", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-12.5.5",
			Doc: `a compressed response that a shared cache may store lists Accept-Encoding in Vary if the resource ` +
				`is also sent uncompressed

Otherwise a shared cache gives it to clients that cannot decode it: they get
binary data for a script. "Vary: *" also does; a response that is private or may
not be stored needs no Vary.`,
			Run: func(ctx context.Context, p *Pass) error { return p.checkVary(ctx, true) },
		},
		{
			Name: "compression-vary-identity", Group: "compression", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-12.5.5",
			Doc: `an uncompressed response that a shared cache may store lists Accept-Encoding in Vary if the ` +
				`resource is also sent compressed

A shared cache whose first client does not accept compression serves the
uncompressed copy to everyone until it expires. Nothing breaks; it is merely slow.`,
			Run: func(ctx context.Context, p *Pass) error { return p.checkVary(ctx, false) },
		},
		{
			Name: "compression-qvalues", Group: "compression", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-12.5.3",
			Doc: `a coding that Accept-Encoding refuses, by a weight of 0 or by not listing it, is not sent

A client that refuses a coding cannot decode it, or is about to ask for ranges. A
406 is a legal answer. Without Accept-Encoding any coding is acceptable.`,
			Run: checkWeights,
		},
		{
			Name: "compression-etag-distinct", Group: "compression", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.8.3.3",
			Doc: `two codings of a resource do not share a strong ETag

A strong tag promises the same bytes. Caches and resumed downloads that combine
responses by that tag mix the bytes of two codings. A weak tag may be shared.`,
			Run: checkTagsOfCodings,
		},
		{
			Name: "compression-revalidates", Group: "compression", Level: Should,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-13.1.2",
			Doc: `the ETag of a compressed response gets a 304 when it is sent back with the same Accept-Encoding

Filters that rewrite the tag of what they compress, and do not recognise it
afterwards, make every browser download the page again at every visit, while tests without compression
see a 304.`,
			Run: checkCodedRevalidates,
		},
		{
			Name: "compression-sidecar-coherent", Group: "compression", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-8.4",
			Doc: `a compressed response has the media type and, once decoded, the bytes of the uncompressed one, ` +
				`and no URL serves compressed bytes as something else

A coding is a property of the representation. Copies compressed in advance go stale,
are sent as application/gzip, or are served at their own URL as a script without
Content-Encoding.`,
			Run: checkSidecars,
		},
		{
			Name: "compression-range-safe", Group: "compression", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-14.2",
			Doc: `a range requested together with a coding is a range of the representation in the coding that the ` +
				`response names, or the whole of it

The range applies to the encoded representation. A filter that compresses a
range that the file server has already cut out sends bytes that are not a range of
any representation: downloads end up corrupt.`,
			Run: checkCodedRange,
		},
	}
}

func checkNegotiated(ctx context.Context, p *Pass) error {
	var long atomic.Int64
	err := p.each(ctx, append(p.texts(), p.ownRoutes()...), func(ctx context.Context, f File) error {
		x, err := p.accepting(ctx, f, browserCodings)
		if err != nil || !isOK(x) {
			return err
		}
		if isCoded(x) {
			long.Add(1)
			return nil
		}
		if x.Response.Size < onePacket || gain(x.Response.Body) < 0.1 {
			return nil
		}
		long.Add(1)
		p.Reportf(
			x,
			"Content-Encoding",
			"no Content-Encoding, "+x.Response.summary(),
			"%s is not compressed",
			f.Target,
		)
		return nil
	})
	if err == nil && long.Load() == 0 {
		return skipf("no text of more than %d bytes is known", onePacket)
	}
	return err
}

// ownRoutes is the page at a route, unless the routes have another page than /.
func (p *Pass) ownRoutes() []File {
	if p.site.fallback != nil {
		return nil
	}
	return []File{p.routeFile()}
}

// checkVary looks at the coded form, or at the uncoded one, of what has both.
func (p *Pass) checkVary(ctx context.Context, coded bool) error {
	var negotiated atomic.Int64
	err := p.each(ctx, append(p.texts(), p.routeFile()), func(ctx context.Context, f File) error {
		plain, err := p.accepting(ctx, f, "identity")
		if err != nil || !isOK(plain) || isCoded(plain) {
			return err
		}
		x, err := p.accepting(ctx, f, browserCodings)
		if err != nil || !isOK(x) || !isCoded(x) {
			return err
		}
		negotiated.Add(1)
		if !coded {
			x = plain
		}
		if sharedMayStore(x.Response.Header) && !varies(x.Response.Header, "Accept-Encoding") {
			got := "no Vary"
			if vary := x.Response.Header.Values("Vary"); len(vary) > 0 {
				got = "Vary: " + strings.Join(vary, ", ")
			}
			p.Reportf(
				x,
				"Vary: Accept-Encoding",
				got,
				"a cache is not told that the coding of %s depends on the request",
				f.Target,
			)
		}
		return nil
	})
	if err == nil && negotiated.Load() == 0 {
		return errNotCoded
	}
	return err
}

// refusals are values of Accept-Encoding with the codings that they allow.
var refusals = []struct {
	accept string
	allows func(coding string) bool
}{
	{"identity", func(string) bool { return false }},
	{"", func(string) bool { return false }}, // wants no coding
	{"gzip;q=0, br;q=0", func(string) bool { return false }},
	{"br ; q=0 , gzip;q=0.000,identity", func(string) bool { return false }},
	{"gzip;q=0, *;q=0.5", func(coding string) bool { return coding != "gzip" }},
}

func checkWeights(ctx context.Context, p *Pass) error {
	var coded atomic.Int64
	err := p.each(ctx, p.pageAndParts(), func(ctx context.Context, f File) error {
		x, err := p.accepting(ctx, f, browserCodings)
		if err != nil || !isOK(x) || !isCoded(x) {
			return err
		}
		coded.Add(1)
		for _, refusal := range refusals {
			x, err := p.accepting(ctx, f, refusal.accept)
			if err != nil {
				return err
			}
			if x.Response.Status/100 != 2 {
				continue
			}
			for _, coding := range codingsOf(x) {
				if !refusal.allows(coding) {
					p.Reportf(
						x,
						"a response without the coding "+coding,
						"Content-Encoding: "+coding,
						"a coding is sent that Accept-Encoding refuses",
					)
				}
			}
		}
		return nil
	})
	if err == nil && coded.Load() == 0 {
		return errNotCoded
	}
	return err
}
