// Package chromiumtest starts a browser for tests.
package chromiumtest

import (
	"testing"

	"spabench/harness/chromium"
	"spabench/harness/internal/alone"
)

// Start starts a browser, once no other test process uses the engine or a browser, and closes it when the test is over.
// Where no browser is installed it skips the test.
func Start(t *testing.T) *chromium.Browser {
	t.Helper()
	if _, ok := chromium.Find(); !ok {
		t.Skip(chromium.ErrNotFound)
	}
	alone.WithBrowser(t)
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
