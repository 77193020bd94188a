package load

import "net/http"

// unmarked sends vegeta's requests without the header that vegeta adds to each: its sequence number. No browser sends
// it, and servers would have to read it. (Vegeta adds a second header to attacks that have a name; ours have none.) The
// request is vegeta's own, made for this one sending, so it may be changed.
type unmarked struct{ *http.Transport }

// RoundTrip sends the request.
func (u unmarked) RoundTrip(r *http.Request) (*http.Response, error) {
	delete(r.Header, "X-Vegeta-Seq")
	return u.Transport.RoundTrip(r)
}
