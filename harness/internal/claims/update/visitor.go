package update

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"sync"
	"time"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// pageLoad is a visitor's load of the page and of the assets that it names.
type pageLoad struct {
	began, ended time.Time
	build        string           // whose page came: buildA or buildB; "" neither's
	fault        record.LoadFault // the first response that was wrong; zero: none
	silent       bool             // a response did not come
}

// correct reports whether the page and all its assets were those of the build.
func (l pageLoad) correct(build string) bool {
	return l.build == build && l.fault == record.LoadFault{} && !l.silent
}

const (
	buildA = "A"
	buildB = "B"
)

// visitors load the page and its assets, one after the other and without a pause.
type visitors struct {
	addr   string
	builds map[string]rig.Dist

	mu    sync.Mutex
	loads []pageLoad
}

// visitorCount is how many load pages at the same time.
const visitorCount = 2

// responseWithin is how long a visitor waits for a response. It is less than a second: after that, a connection that
// the engine's proxy accepted before the server listened would be tried again, and the time would be the proxy's.
const responseWithin = 500 * time.Millisecond

// during lets visitors load pages while act runs, and until settled says that it has seen enough or the limit is
// reached. It returns the loads, and when act began.
func (v *visitors) during(
	ctx context.Context, act func() error, settled func([]pageLoad) bool, limit time.Duration,
) ([]pageLoad, time.Time, error) {
	loading, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	for range visitorCount {
		wg.Go(func() { v.loadUntil(loading) })
	}
	time.Sleep(100 * time.Millisecond) // so that a load from before is seen
	began := time.Now()
	err := act()
	deadline := time.Now().Add(limit)
	for err == nil && ctx.Err() == nil && time.Now().Before(deadline) && !settled(v.seen()) {
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	wg.Wait()
	if err == nil {
		err = ctx.Err()
	}
	return v.seen(), began, err
}

// loadUntil loads pages until ctx ends. A load that is cut off by that is not kept.
func (v *visitors) loadUntil(ctx context.Context) {
	for {
		l := v.load(ctx)
		if ctx.Err() != nil {
			return
		}
		v.mu.Lock()
		v.loads = append(v.loads, l)
		v.mu.Unlock()
	}
}

func (v *visitors) seen() []pageLoad {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]pageLoad{}, v.loads...)
}

// load loads the page and the assets that it names, as a browser without a cache.
func (v *visitors) load(ctx context.Context) (l pageLoad) {
	l.began = time.Now()
	defer func() { l.ended = time.Now() }()
	res, err := v.ask(ctx, "index.html")
	if err != nil {
		l.silent = true
		return l
	}
	for name, d := range v.builds {
		if gives(d, "index.html", res) {
			l.build = name
		}
	}
	if l.build == "" {
		l.fault = faultOf("", "index.html", res)
		return l
	}
	build := v.builds[l.build]
	for _, name := range assetsNamed(build) {
		res, err := v.ask(ctx, name)
		switch {
		case err != nil:
			l.silent = true
			return l
		case !gives(build, name, res):
			l.fault = faultOf(l.build, name, res)
			return l
		}
	}
	return l
}

// faultOf describes a response that is not what it should be.
func faultOf(pageOf, name string, res rawhttp.Response) record.LoadFault {
	return record.LoadFault{
		PageOf: pageOf, Destination: browser.Destination(name), Status: res.Status,
		Empty: res.Status == http.StatusOK && len(res.Body) == 0,
	}
}

func (v *visitors) ask(ctx context.Context, name string) (rawhttp.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, responseWithin)
	defer cancel()
	header := browser.Header(browser.Destination(name), claim.AsBrowser)
	return rawhttp.Ask(ctx, v.addr, http.MethodGet, rig.RequestTarget(name), header, "")
}

// gives reports whether a response is that file of the build.
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

// askOldChunk asks for a script that a tab with build A open would load later, and B does not have.
func (v *visitors) askOldChunk(ctx context.Context) (record.ChunkResponse, error) {
	old, next := v.builds[buildA], v.builds[buildB]
	names, err := fs.Glob(old.FS, "assets/*.js")
	if err != nil {
		return record.ChunkResponse{}, err
	}
	for _, name := range names {
		if _, err := fs.Stat(next.FS, name); err == nil || name == old.Script {
			continue
		}
		header := browser.Header("script", claim.AsBrowser)
		res, err := rawhttp.Ask(ctx, v.addr, http.MethodGet, "/"+name, header, "")
		if err != nil {
			return record.ChunkResponse{}, ctx.Err() // no response, unless the experiment was cancelled
		}
		return describeChunk(old, next, name, res), nil
	}
	return record.ChunkResponse{}, fmt.Errorf("build B has every chunk of build A")
}

func describeChunk(old, next rig.Dist, name string, res rawhttp.Response) record.ChunkResponse {
	got := record.ChunkResponse{Status: res.Status}
	switch {
	case res.Status != http.StatusOK:
	case gives(old, name, res):
		got.Content = record.ScriptContent
	case gives(old, "index.html", res), gives(next, "index.html", res):
		got.Content = record.PageContent
	case len(res.Body) == 0:
		got.Content = record.NoContent
	default:
		got.Content = record.UnexpectedContent
	}
	return got
}
