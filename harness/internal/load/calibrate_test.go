package load

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestCalibrate(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(5 * time.Millisecond)
		_, _ = w.Write([]byte(page))
	}))
	defer srv.Close()
	s := spec(srv.URL)
	s.Connections = 2
	c, err := Calibrate(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	// Two connections with answers after 5 ms allow at most 400 requests per second, and fewer on a busy machine.
	if c.Wrong > 0 || c.Ceiling > 400 || c.Half.Rate == 0 || c.Half.Rate != int(c.Ceiling/2) || c.Half.Sent == 0 {
		t.Errorf("calibration %+v", c)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Calibrate(ctx, s); err == nil {
		t.Error("no error from a cancelled calibration")
	}
}
