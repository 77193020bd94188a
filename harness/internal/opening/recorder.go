package opening

import (
	"context"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"spabench/harness/internal/record"
)

const (
	quietTime = 300 * time.Millisecond // without a request, and a wave is complete
	lookTime  = 20 * time.Millisecond  // between two looks

	// A page may do without end what is recorded.
	maxAsked   = 300
	maxLeftOut = 50
)

// recorder is a proxy between a browser and a server. It holds back all requests of a wave until there are no more of
// them, and writes down which there were.
type recorder struct {
	proxy   *httputil.ReverseProxy
	direct  *http.Transport // to the server, whatever proxies the environment names
	origin  string          // as the browser sees it
	pending func() []string // URLs of what the browser waits for

	mu      sync.Mutex
	waves   [][]record.Asked
	leftOut []record.LeftOut
	waveOf  map[string]int // by request target: of those that are known to be asked for
	seen    map[string]bool
	held    []chan struct{} // of the last wave; none if it is being answered
	waiting int             // length of pending when it was last looked at
	moved   time.Time       // when something was last asked for
	going   int             // requests that are being answered
	all     bool            // nothing is held back, or written down, any more
}

func newRecorder(addr string) *recorder {
	r := &recorder{
		direct: &http.Transport{DisableCompression: true},
		waveOf: map[string]int{}, seen: map[string]bool{}, moved: time.Now(),
	}
	target := &url.URL{Scheme: "http", Host: addr}
	r.proxy = &httputil.ReverseProxy{
		Transport:     r.direct,
		FlushInterval: -1, // of streams
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(target)
			p.Out.Host = p.In.Host // so that the server writes the browser's origin where it writes one
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	return r
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	release, stream := r.enter(request)
	if release != nil {
		select {
		case <-release:
		case <-request.Context().Done():
		}
	}
	defer func() { // also if the proxy panics, as it does when a response breaks off
		r.mu.Lock()
		defer r.mu.Unlock()
		if !stream {
			r.going--
		}
	}()
	r.proxy.ServeHTTP(w, request)
}

// enter writes a request down. It returns what it has to wait for, if anything, and whether its response may never end.
func (r *recorder) enter(request *http.Request) (release chan struct{}, stream bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	target, why := request.URL.RequestURI(), refusal(request)
	if stream = why != ""; !stream {
		r.going++
	}
	switch {
	case r.all:
		return nil, stream
	case why == "" && r.seen[target]:
		why = "it was requested before"
	case why == "" && len(r.seen) == maxAsked:
		why = "there are too many requests"
	}
	r.moved = time.Now()
	if why != "" {
		r.leaveOut(target, why)
		return nil, stream
	}
	r.seen[target] = true
	asked := record.Asked{Target: target, Header: kept(request.Header)}
	if wave, known := r.waveOf[target]; known { // it has waited for a connection since that wave
		r.waves[wave] = append(r.waves[wave], asked)
		return nil, stream
	}
	if len(r.held) == 0 {
		r.waves = append(r.waves, nil)
	}
	last := len(r.waves) - 1
	r.waves[last] = append(r.waves[last], asked)
	release = make(chan struct{})
	r.held = append(r.held, release)
	return release, stream
}

// leaveOut writes down what a visit does not request, once.
func (r *recorder) leaveOut(target, why string) {
	l := record.LeftOut{URL: target, Why: why}
	for _, other := range r.leftOut {
		if other == l {
			return
		}
	}
	if len(r.leftOut) < maxLeftOut {
		r.leftOut = append(r.leftOut, l)
	}
}

// conduct lets the requests of one wave after the other go.
func (r *recorder) conduct(ctx context.Context) {
	for ctx.Err() == nil {
		time.Sleep(lookTime)
		pending := r.pending()
		r.mu.Lock()
		if len(pending) != r.waiting {
			r.waiting, r.moved = len(pending), time.Now()
		}
		if len(r.held) > 0 && time.Since(r.moved) > quietTime {
			r.letGo(pending)
		}
		r.mu.Unlock()
	}
}

// letGo lets the wave go that is held back. What else the browser waits for belongs to it, too: browsers have six
// connections to a host, and further requests wait for one of them.
func (r *recorder) letGo(pending []string) {
	for _, text := range pending {
		u, err := url.Parse(text)
		if err != nil || "http://"+u.Host != r.origin {
			continue
		}
		if target := u.RequestURI(); !r.seen[target] {
			if _, known := r.waveOf[target]; !known {
				r.waveOf[target] = len(r.waves) - 1
			}
		}
	}
	for _, release := range r.held {
		close(release)
	}
	r.held, r.moved = nil, time.Now()
}

// letAllGo ends the recording.
func (r *recorder) letAllGo() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = true
	for _, release := range r.held {
		close(release)
	}
	r.held = nil
}

// atRest reports whether nothing is asked for, and has not been for this long.
func (r *recorder) atRest(long time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.held) == 0 && r.going == 0 && time.Since(r.moved) > long
}

func (r *recorder) recorded() ([][]record.Asked, []record.LeftOut) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = true
	return r.waves, r.leftOut
}
