// Package chromiumtest starts browsers for tests.
package chromiumtest

import (
	"testing"

	"spabench/harness/chromium"
)

// Start starts a browser, and closes it when the test is over. Where no browser is installed it skips the test.
func Start(t *testing.T) *chromium.Browser {
	t.Helper()
	if _, ok := chromium.Find(); !ok {
		t.Skip(chromium.ErrNotFound)
	}
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
