package spatest

import (
	"context"
	"slices"
)

// What tests outside the package look at.
const MaxConns = maxConns

var (
	BuildFiles = buildFiles
	AssetDir   = assetDir

	PageVersions = pageVersions
)

// InOrder inspects the target with the checks in another order, one by one or
// several at once.
func InOrder(ctx context.Context, target Target, order func([]Check), several bool) ([]Outcome, error) {
	r, err := newRunner(ctx, target)
	if err != nil {
		return nil, err
	}
	r.selected = slices.Clone(r.selected)
	order(r.selected)
	if several {
		return r.all(ctx), nil
	}
	var outcomes []Outcome
	for _, check := range r.selected {
		outcomes = append(outcomes, r.outcome(ctx, check.Name))
	}
	return outcomes, nil
}

// ServeEach is a server of connections, for tests in both packages.
var ServeEach = serveEach
