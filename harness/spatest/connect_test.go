package spatest_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(mutant.Reference(mutant.Fixture()))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	target := spatest.Target{
		URL: server.URL, Dist: mutant.Fixture(), API: mutant.API,
		Timeout: time.Minute, // a handshake for each request takes long on a busy machine
	}
	if _, err := spatest.Inspect(t.Context(), target); !errors.Is(err, spatest.ErrNoAnswer) ||
		!strings.Contains(err.Error(), "certificate") {
		t.Errorf("a certificate that nobody signed: %v", err)
	}
	target.TLS = server.Client().Transport.(*http.Transport).TLSClientConfig
	report, err := spatest.Inspect(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Err(); err != nil {
		t.Error(err)
	}
}

func TestDialAndConnections(t *testing.T) {
	server := httptest.NewServer(mutant.Reference(mutant.Fixture()))
	defer server.Close()
	var mu sync.Mutex
	open, most := 0, 0
	target := spatest.Target{
		URL: "http://app.test", Dist: mutant.Fixture(), API: mutant.API,
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if addr != "app.test:80" {
				return nil, fmt.Errorf("dialled %s", addr)
			}
			conn, err := new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
			mu.Lock()
			defer mu.Unlock()
			open++
			most = max(most, open)
			return &counted{Conn: conn, done: func() { mu.Lock(); open--; mu.Unlock() }}, err
		},
	}
	report, err := spatest.Inspect(t.Context(), target)
	if err != nil || report.Err() != nil {
		t.Fatal(err, report.Err())
	}
	if most > spatest.MaxConns || open != 0 {
		t.Errorf("%d connections at once, %d left open; want at most %d, and none", most, open, spatest.MaxConns)
	}
}

type counted struct {
	net.Conn
	once sync.Once
	done func()
}

func (c *counted) Close() error {
	c.once.Do(c.done)
	return c.Conn.Close()
}

// Where no certificate is verified, the curl line of a finding verifies none either.
func TestCurlLineOfAnUnverifiedServer(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	target := spatest.Target{URL: server.URL, TLS: &tls.Config{InsecureSkipVerify: true},
		Only: []string{"routing-root"}}
	report, err := spatest.Inspect(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Outcomes[0].Findings {
		if curl := f.Exchange.Curl(); !strings.HasPrefix(curl, "curl -i --path-as-is --insecure ") {
			t.Errorf("a line that curl refuses: %s", curl)
		}
	}
	if len(report.Outcomes[0].Findings) == 0 {
		t.Error("no finding to show")
	}
}
