// Package chromiumtest starts a browser for tests.
package chromiumtest

import (
	"testing"

	"spabench/harness/chromium"
	"spabench/harness/internal/alone"
)

// StartAlone is Start, once no other test process uses the engine. It is for tests that fail if the browser gives up a
// request because networks come and go. Pages from files make no request.
func StartAlone(t *testing.T) *chromium.Browser {
	t.Helper()
	find(t)
	alone.WithBrowser(t)
	return Start(t)
}

func find(t *testing.T) {
	t.Helper()
	if _, ok := chromium.Find(); !ok {
		t.Skip(chromium.ErrNotFound)
	}
}

// Start starts a browser, and closes it when the test is over. Where no browser is installed it skips the test.
func Start(t *testing.T) *chromium.Browser {
	t.Helper()
	find(t)
	browser, err := chromium.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := browser.Close(); err != nil {
			t.Error(err)
		}
	})
	return browser
}
