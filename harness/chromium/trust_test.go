package chromium_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"spabench/harness/chromium"
)

// A page by TLS, with a certificate that no root of the system vouches for, opens in a browser that trusts its CA, or
// anyone; and in no other.
func TestTrust(t *testing.T) {
	if _, ok := chromium.Find(); !ok {
		t.Skip(chromium.ErrNotFound)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<title>by TLS</title>")
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that the browser ends
	server.StartTLS()
	defer server.Close()
	for _, tc := range []struct {
		name  string
		trust chromium.Trust
		opens bool
	}{
		{"the system's roots alone", chromium.Trust{}, false},
		{"its CA", chromium.Trust{TLS: new(tls.Config), Roots: []*x509.Certificate{server.Certificate()}}, true},
		{"anyone", chromium.Trust{TLS: &tls.Config{InsecureSkipVerify: true}}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			browser, err := chromium.StartTrusting(t.Context(), tc.trust)
			if err != nil {
				t.Fatal(err)
			}
			defer browser.Close()
			if other := new(tls.Config); browser.TrustsAs(other) || !browser.TrustsAs(tc.trust.TLS) {
				t.Error("it does not know whom it trusts")
			}
			tab := open(t, browser)
			err = tab.Navigate(t.Context(), server.URL)
			switch {
			case !tc.opens && (err == nil || !strings.Contains(err.Error(), "ERR_CERT_AUTHORITY_INVALID")):
				t.Errorf("refused by: %v", err)
			case tc.opens && (err != nil || title(t, tab) != "by TLS"):
				t.Errorf("not opened: %v", err)
			}
		})
	}
}
