package spatest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

const (
	manyRanges = 1000
	// What a set of ranges may cost beside a multiple of what the file costs.
	rangeTime  = 2 * time.Second
	rangeBytes = 64 << 10
	rangeTimes = 3
)

func checkRangeBounded(ctx context.Context, p *Pass) error {
	f, whole, took, err := p.ranged(ctx)
	if err != nil {
		return err
	}
	ascending := make([]string, manyRanges/2)
	for i := range ascending {
		ascending[i] = fmt.Sprintf("%d-", i%(minRanged-1))
	}
	maxTime := rangeTime + rangeTimes*took
	maxBytes := rangeTimes*whole.Response.Size + rangeBytes
	expected := fmt.Sprintf(
		"at most %d times the file's %d bytes, or 400, 416 or 431, within %s",
		rangeTimes,
		whole.Response.Size,
		maxTime.Round(time.Millisecond),
	)
	for _, set := range []string{strings.Repeat("0-,", manyRanges-1) + "0-", strings.Join(ascending, ",")} {
		request := Request{
			Target: f.Target, Header: slices.Concat(Subresource(f.Dest), []Field{{"Range", "bytes=" + set}}),
			maxBody: maxBytes,
		}
		for attempt := 1; ; attempt++ {
			x, err := p.Do(ctx, request)
			var spent time.Duration
			if x != nil {
				spent = x.took
			}
			slow := spent > maxTime
			switch {
			case refusedByClosing(err):
			case err != nil && !(slow && x != nil && errors.Is(err, os.ErrDeadlineExceeded)):
				return err
			case slow && attempt == 1:
				continue // anybody may be slow once
			case slow:
				p.Reportf(
					x,
					expected,
					fmt.Sprintf("%s, after %s", p.describe(x), spent.Round(time.Millisecond)),
					"a set of overlapping ranges keeps the server busy",
				)
			case int64(len(x.Response.Body)) >= maxBytes:
				p.Reportf(x, expected, "", "a set of overlapping ranges gets far more bytes than the file has")
			case x.Response.Status >= 500 && x.Response.Status != http.StatusNotImplemented:
				p.Reportf(x, expected, "", "a set of overlapping ranges causes a server error")
			}
			break
		}
	}
	return nil
}
