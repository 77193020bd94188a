package chromium

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"spabench/harness/spatest"
)

const (
	quietTime  = 300 * time.Millisecond // without a request, and a page has come to rest
	settleTime = 5 * time.Second        // for which a page that does not is waited for
	lookTime   = 20 * time.Millisecond  // between two looks
)

// Tab is a tab of a [Browser]: see [spatest.Tab].
type Tab struct {
	ctx    context.Context // of chromedp, with the tab
	cancel context.CancelFunc
	log    *log
}

var _ spatest.Tab = (*Tab)(nil)

// bounded is the tab's context, which ends with ctx too, or when an action has
// taken too long.
func (t *Tab) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	bounded, cancel := context.WithTimeoutCause(t.ctx, actionTime, fmt.Errorf("not finished within %s", actionTime))
	stop := context.AfterFunc(ctx, cancel)
	return bounded, func() { stop(); cancel() }
}

// explain says what was done when err came, and which bound it was.
func (t *Tab) explain(ctx, bounded context.Context, action string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		err = ctx.Err()
	case t.ctx.Err() != nil:
		err = errors.New("the browser has ended")
	case bounded.Err() != nil:
		err = context.Cause(bounded)
	}
	return fmt.Errorf("%s: %w", action, err)
}

// Prepare implements [spatest.Tab].
func (t *Tab) Prepare(ctx context.Context, script string) error {
	bounded, cancel := t.bounded(ctx)
	defer cancel()
	_, err := chromedp.Call(
		bounded,
		page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: script},
	)
	return t.explain(ctx, bounded, "prepare a script", err)
}

// Navigate implements [spatest.Tab].
func (t *Tab) Navigate(ctx context.Context, url string) error {
	return t.load(ctx, "open "+url, func(ctx context.Context) error {
		result, err := chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: url})
		if err == nil && result.ErrorText != "" {
			err = refusal(result.ErrorText)
		}
		return err
	})
}

// Reload implements [spatest.Tab].
func (t *Tab) Reload(ctx context.Context) error {
	return t.load(ctx, "reload the page", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, page.Reload, page.ReloadParams{})
		return err
	})
}

// Back implements [spatest.Tab].
func (t *Tab) Back(ctx context.Context) error { return t.move(ctx, "go back", -1) }

// Forward implements [spatest.Tab].
func (t *Tab) Forward(ctx context.Context) error { return t.move(ctx, "go forward", +1) }

func (t *Tab) move(ctx context.Context, action string, by int64) error {
	return t.load(ctx, action, func(ctx context.Context) error {
		history, err := chromedp.Call(ctx, page.GetNavigationHistory, cdp.Empty{})
		if err != nil {
			return err
		}
		to := history.CurrentIndex + by
		if to < 0 || to >= int64(len(history.Entries)) {
			return errors.New("the tab's history ends here")
		}
		_, err = chromedp.Call(
			ctx,
			page.NavigateToHistoryEntry,
			page.NavigateToHistoryEntryParams{EntryID: history.Entries[to].ID},
		)
		return err
	})
}

// load does what loads a page, or moves within one, and waits for it.
func (t *Tab) load(ctx context.Context, action string, do func(ctx context.Context) error) error {
	bounded, cancel := t.bounded(ctx)
	defer cancel()
	t.log.mu.Lock()
	before, loads := t.log.commits, len(t.log.loads)
	t.log.mu.Unlock()
	err := do(bounded)
	for err == nil && !t.committed(before) {
		if why := t.refused(loads); why != "" {
			err = refusal(why)
			break
		}
		err = pause(bounded)
	}
	if err == nil {
		err = t.rest(bounded)
	}
	t.log.mu.Lock()
	if err == nil && t.log.failed != "" {
		err = refusal(t.log.failed)
	}
	t.log.mu.Unlock()
	return t.explain(ctx, bounded, action, err)
}

func (t *Tab) committed(before int) bool {
	t.log.mu.Lock()
	defer t.log.mu.Unlock()
	return t.log.commits > before
}

// refused says why the document that was asked for last is not shown. A page
// that is reloaded stays in that case, and nothing else tells.
func (t *Tab) refused(since int) string {
	t.log.mu.Lock()
	defer t.log.mu.Unlock()
	for _, load := range slices.Backward(t.log.loads[since:]) {
		if load.Dest == "document" {
			return load.Failed
		}
	}
	return ""
}

// refusal makes an error of a network error's name.
func refusal(name string) error {
	for _, unreachable := range []string{
		"CERT_", "SSL_", "CONNECTION_", "NAME_", "ADDRESS_", "TIMED_OUT", "INTERNET_", "NETWORK_",
		"PROXY_", "UNSAFE_PORT",
	} {
		if strings.HasPrefix(name, "net::ERR_"+unreachable) {
			return errors.New(name)
		}
	}
	return fmt.Errorf("%w: %s", spatest.ErrNoPage, name)
}

// Settle implements [spatest.Tab].
func (t *Tab) Settle(ctx context.Context) error {
	bounded, cancel := t.bounded(ctx)
	defer cancel()
	return t.explain(ctx, bounded, "wait for the page", t.rest(bounded))
}

func (t *Tab) rest(ctx context.Context) error {
	for end := time.Now().Add(settleTime); time.Now().Before(end); {
		if t.log.quiet() && t.complete(ctx) {
			return nil
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// complete: the page's load event has come. While a page replaces another one
// there is nobody to ask.
func (t *Tab) complete(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second) // a page may loop for ever
	defer cancel()
	state, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.readyState"))
	return err == nil && state == "complete"
}

func pause(ctx context.Context) error {
	select {
	case <-time.After(lookTime):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Evaluate implements [spatest.Tab].
func (t *Tab) Evaluate(ctx context.Context, script string, out any) error {
	bounded, cancel := t.bounded(ctx)
	defer cancel()
	value, err := chromedp.Run(bounded, chromedp.Evaluate[[]byte](script, chromedp.EvalAwaitPromise, gesture))
	if err == nil && out != nil {
		if len(value) == 0 {
			value = []byte("null")
		}
		err = json.Unmarshal(value, out)
	}
	return t.explain(ctx, bounded, "run a script in the page", err)
}

// gesture: a click that a script makes is taken for a person's, so that the
// browser keeps the entry in the history which the app then adds.
func gesture(p *runtime.EvaluateParams) {
	yes := true
	p.UserGesture = &yes
}

// dismiss answers a dialog, which stops its page.
func (t *Tab) dismiss() {
	ctx, cancel := t.bounded(context.Background())
	defer cancel()
	// Without an answer the next action runs into its own bound.
	chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
}

// Problems implements [spatest.Tab].
func (t *Tab) Problems() []spatest.Problem {
	t.log.mu.Lock()
	defer t.log.mu.Unlock()
	return slices.Clone(t.log.problems)
}

// Loads implements [spatest.Tab].
func (t *Tab) Loads() []spatest.Load {
	t.log.mu.Lock()
	defer t.log.mu.Unlock()
	return slices.Clone(t.log.loads)
}

// Pending lists the URLs of the requests that have no complete response yet, including those that wait for a
// connection.
func (t *Tab) Pending() []string {
	t.log.mu.Lock()
	defer t.log.mu.Unlock()
	var urls []string
	for _, r := range t.log.under {
		urls = append(urls, r.url)
	}
	return urls
}

// Screenshot is what the tab shows, as PNG.
func (t *Tab) Screenshot(ctx context.Context) ([]byte, error) {
	bounded, cancel := t.bounded(ctx)
	defer cancel()
	png, err := chromedp.Run(bounded, chromedp.CaptureScreenshot())
	return png, t.explain(ctx, bounded, "take a screenshot", err)
}

// Close implements [spatest.Tab].
func (t *Tab) Close() error {
	t.cancel()
	return nil
}
