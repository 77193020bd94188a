package spatest

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

const (
	longTarget = 16 << 10 // bytes
	longHeader = 64 << 10 // bytes
)

func checkOversize(ctx context.Context, p *Pass) error {
	const padding = "X-Spatest-Padding"
	many := slices.Clone(Navigation)
	for i := range 256 {
		many = append(many, Field{fmt.Sprintf("%s-%d", padding, i), strings.Repeat("a", longHeader/256-len(padding)-8)})
	}
	for _, big := range []struct {
		what    string
		request Request
	}{
		{"a request target of 16 KB",
			Request{Target: "/spatest/" + strings.Repeat("a", longTarget), Header: Navigation}},
		{"a query of 16 KB", Request{Target: "/?q=" + strings.Repeat("a", longTarget), Header: Navigation}},
		{"an asset's name of 16 KB",
			Request{Target: p.assets() + "/" + strings.Repeat("a", longTarget) + ".js", Header: Script}},
		{"a header field of 64 KB",
			Request{Target: "/", Header: append([]Field{{padding, strings.Repeat("a", longHeader)}}, Navigation...)}},
		{"256 header fields of 64 KB together", Request{Target: "/", Header: many}},
	} {
		const expected = "414, 431 or another 4xx, or the answer to any request"
		x, err := p.Do(ctx, p.bounded(big.request))
		if x != nil {
			shorten(&x.Request, padding)
		}
		if refusedByClosing(err) {
			continue
		}
		if err != nil {
			if err := p.hangs(ctx, x, err, expected, big.what+" hangs"); err != nil {
				return err
			}
		} else if x.Response.Status >= 500 {
			p.Reportf(x, expected, "", "%s causes a server error", big.what)
		}
	}
	return nil
}

// shorten makes a report of a request with long fields readable: the first is
// shown as a shell variable, to be set to as many bytes, the others are left out.
func shorten(request *Request, padding string) {
	kept := false
	request.Header = slices.DeleteFunc(slices.Clone(request.Header), func(f Field) bool {
		drop := strings.HasPrefix(f.Name, padding) && kept
		kept = kept || strings.HasPrefix(f.Name, padding)
		return drop
	})
	for i, f := range request.Header {
		if strings.HasPrefix(f.Name, padding) {
			request.Header[i].Value = secretOf(f.Name)
		}
	}
}
