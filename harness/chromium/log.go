package chromium

import (
	"iter"
	"mime"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"spabench/harness/spatest"
)

// A page may do without end what is recorded.
const (
	maxLoads    = 2000
	maxProblems = 200
	maxText     = 500 // bytes of a problem
)

// log records what happens in a tab. Its lock is never held while the browser is asked.
type log struct {
	mu       sync.Mutex
	main     cdp.FrameID // of the tab itself
	loads    []spatest.Load
	problems []spatest.Problem
	under    map[network.RequestID]*request // way, until the last byte
	moved    time.Time                      // when something was last asked for or received
	commits  int                            // documents shown, and moves within one
	failed   string                         // why the last document is the browser's error page
	dialog   func()                         // answers a dialog, which would stop the page
}

type request struct {
	dest string
	url  string
	load int // in loads; -1: no response yet
}

func newLog() *log {
	return &log{under: map[network.RequestID]*request{}, moved: time.Now(), dialog: func() {}}
}

// event is called for each event of the tab, in order.
func (l *log) event(ev any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		l.moved = time.Now()
		r := l.under[ev.RequestID]
		if r != nil && ev.RedirectResponse != nil {
			l.add(r.dest, ev.RedirectResponse)
		}
		if strings.HasPrefix(ev.Request.URL, "http") {
			l.under[ev.RequestID] = &request{dest: l.dest(ev.Type, ev.FrameID), url: ev.Request.URL, load: -1}
		}
	case *network.EventResponseReceived:
		l.moved = time.Now()
		if r := l.under[ev.RequestID]; r != nil {
			r.dest = l.dest(ev.Type, ev.FrameID) // a manifest, say, begins as other
			r.load = l.add(r.dest, ev.Response)
			if ev.Type == network.ResourceTypeEventSource {
				delete(l.under, ev.RequestID) // a stream is not waited for
			}
		}
	case *network.EventLoadingFinished:
		l.moved = time.Now()
		delete(l.under, ev.RequestID)
	case *network.EventLoadingFailed:
		l.moved = time.Now()
		if r := l.under[ev.RequestID]; r != nil {
			l.fail(r, ev)
		}
		delete(l.under, ev.RequestID)
	case *page.EventFrameNavigated:
		if ev.Frame.ID == l.main {
			l.moved = time.Now()
			l.commits++
			l.failed = ""
			if ev.Frame.UnreachableURL != "" {
				l.failed = l.lastFailure()
			}
		}
	case *page.EventNavigatedWithinDocument:
		if ev.FrameID == l.main {
			l.commits++
		}
	case *page.EventJavascriptDialogOpening:
		l.dialog()
	}
}

// quiet: nothing has been asked for and nothing is outstanding for a moment. An
// icon does not count: of some requests for it no end is told.
func (l *log) quiet() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.under {
		if r.dest != "other" {
			return false
		}
	}
	return time.Since(l.moved) > quietTime
}

func (l *log) add(dest string, r *network.Response) int {
	if len(l.loads) == maxLoads {
		return -1
	}
	l.loads = append(l.loads, spatest.Load{URL: r.URL, Status: int(r.Status), Type: typeOf(r), Dest: dest})
	return len(l.loads) - 1
}

func (l *log) fail(r *request, ev *network.EventLoadingFailed) {
	why := ev.ErrorText
	if ev.BlockedReason != "" {
		why = "blocked: " + string(ev.BlockedReason)
	}
	if r.load >= 0 {
		l.loads[r.load].Failed = why
	} else if len(l.loads) < maxLoads {
		l.loads = append(l.loads, spatest.Load{URL: r.url, Dest: r.dest, Failed: why})
	}
}

func (l *log) lastFailure() string {
	for i := len(l.loads) - 1; i >= 0; i-- {
		if load := l.loads[i]; load.Dest == "document" && load.Failed != "" {
			return load.Failed
		}
	}
	return "the browser's error page"
}

// typeOf is the type that the server declares, else what the browser made of it.
func typeOf(r *network.Response) string {
	for name, value := range r.Headers {
		if text, ok := value.(string); ok && strings.EqualFold(name, "Content-Type") {
			if kind, _, err := mime.ParseMediaType(text); err == nil {
				return kind
			}
		}
	}
	return r.MimeType
}

func (l *log) dest(kind network.ResourceType, frame cdp.FrameID) string {
	switch kind {
	case network.ResourceTypeDocument:
		if frame != l.main {
			return "iframe"
		}
		return "document"
	case network.ResourceTypeStylesheet:
		return "style"
	case network.ResourceTypeScript, network.ResourceTypeImage, network.ResourceTypeFont, network.ResourceTypeManifest:
		return strings.ToLower(string(kind))
	case network.ResourceTypeXHR, network.ResourceTypeFetch, network.ResourceTypeEventSource:
		return "fetch"
	}
	return "other"
}

// console records the console until the tab ends.
func (l *log) console(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil {
			return
		}
		if m.Type != chromedp.ConsoleError && m.Type != chromedp.ConsoleException && m.Type != "assert" {
			continue
		}
		p := spatest.Problem{Source: spatest.FromBrowser, Text: m.Text[:min(len(m.Text), maxText)], URL: m.URL}
		switch m.Source {
		case "":
			p.Source = spatest.FromApp
		case "network":
			p.Source = spatest.FromNetwork
		case "security":
			p.Source = spatest.FromSecurity
		}
		l.mu.Lock()
		if len(l.problems) < maxProblems {
			l.problems = append(l.problems, p)
		}
		l.mu.Unlock()
	}
}
