package main

import (
	"context"
	"errors"
	"fmt"

	"spabench/harness/chromium"
	"spabench/harness/spatest"
)

// openBrowser starts the browser that is installed, if one is wanted; nil where there is none, or it is not wanted.
func openBrowser(ctx context.Context, wanted bool, trust chromium.Trust) (
	browser spatest.Browser, closeIt func(), err error,
) {
	if !wanted {
		return nil, func() {}, nil
	}
	b, err := chromium.StartTrusting(ctx, trust)
	if errors.Is(err, chromium.ErrNotFound) {
		return nil, func() {}, nil // each check that needs one says so
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w; set CHROME to nothing to skip the checks that need a browser", err)
	}
	return b, func() { _ = b.Close() }, nil
}
