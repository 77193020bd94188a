package update

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"sync"
	"time"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/rig"
)

// pageLoad is a visitor's load of the page and of the assets that it names.
type pageLoad struct {
	began, ended time.Time
	build        string // whose page came: buildA or buildB; "" neither's
	fault        string // the first thing that was wrong; "" nothing
	silent       bool   // the fault is that no answer came
}

const (
	buildA = "A"
	buildB = "B"
)

// visitors ask for the page and its assets, one after the other and without a rest.
type visitors struct {
	addr   string
	builds map[string]rig.Dist

	mu    sync.Mutex
	loads []pageLoad
}

// visitorCount is how many ask at once.
const visitorCount = 2

// unanswered is how long a visitor waits for an answer. Less than a second: after that, a connection that the engine's proxy
// took before the server listened would be tried again, and the time be the proxy's.
const unanswered = 500 * time.Millisecond

// during lets visitors load pages while act goes on, and until settled says that it has seen enough or most is over.
// It returns the loads, and when act began.
func (v *visitors) during(ctx context.Context, act func() error, settled func([]pageLoad) bool, most time.Duration) ([]pageLoad, time.Time, error) {
	asking, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	for range visitorCount {
		wg.Go(func() {
			for asking.Err() == nil {
				l := v.load(asking)
				if asking.Err() != nil {
					return // it was broken off
				}
				v.mu.Lock()
				v.loads = append(v.loads, l)
				v.mu.Unlock()
			}
		})
	}
	time.Sleep(100 * time.Millisecond) // so that a load of before is seen
	began := time.Now()
	err := act()
	for deadline := time.Now().Add(most); err == nil && ctx.Err() == nil && time.Now().Before(deadline) && !settled(v.seen()); {
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	wg.Wait()
	if err == nil {
		err = ctx.Err()
	}
	return v.seen(), began, err
}

func (v *visitors) seen() []pageLoad {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]pageLoad{}, v.loads...)
}

// load loads the page and what it names, as a browser without a cache.
func (v *visitors) load(ctx context.Context) (l pageLoad) {
	l.began = time.Now()
	defer func() { l.ended = time.Now() }()
	res, err := v.ask(ctx, "index.html")
	if err != nil {
		l.silent, l.fault = true, "no answer"
		return l
	}
	for name, d := range v.builds {
		if gives(d, "index.html", res) {
			l.build = name
		}
	}
	if l.build == "" {
		l.fault = "page: " + amiss(res)
		return l
	}
	of := v.builds[l.build]
	for _, name := range assetsNamed(of) {
		res, err := v.ask(ctx, name)
		switch {
		case err != nil:
			l.silent, l.fault = true, "no answer"
			return l
		case !gives(of, name, res):
			l.fault = "page of " + l.build + ", its " + browser.Destination(name) + ": " + amiss(res)
			return l
		}
	}
	return l
}

func (v *visitors) ask(ctx context.Context, name string) (rawhttp.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, unanswered)
	defer cancel()
	return rawhttp.Ask(ctx, v.addr, http.MethodGet, rig.RequestTarget(name), browser.Header(browser.Destination(name), claim.AsBrowser), "")
}

// gives reports whether an answer is that file of the build.
func gives(d rig.Dist, name string, res rawhttp.Response) bool {
	want, err := d.Want(name, res.Coding)
	return err == nil && res.Status == http.StatusOK && rig.WantBody(res.Coding, res.Body) == want
}

var namedInPage = regexp.MustCompile(`(?:src|href)="/(assets/[^"]+)"`)

// assetsNamed are the assets that the page names, in its order.
func assetsNamed(d rig.Dist) (names []string) {
	for _, m := range namedInPage.FindAllSubmatch(d.Page, -1) {
		names = append(names, path.Clean(string(m[1])))
	}
	return names
}

// amiss says what came instead.
func amiss(res rawhttp.Response) string {
	switch {
	case res.Status != http.StatusOK:
		return fmt.Sprintf("status %d", res.Status)
	case len(res.Body) == 0:
		return "empty"
	}
	return "wrong or torn bytes"
}
