// Package chromium opens tabs of a headless Chromium or Chrome, for the checks
// of spatest that need a real browser.
//
//	browser, err := chromium.Start(ctx)
//	if err != nil { … }
//	defer browser.Close()
//	report, err := spatest.Inspect(ctx, spatest.Target{URL: url, Browser: browser})
//
// One process serves all tabs; each tab has a browser context of its own, as an
// incognito window has.
package chromium

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"spabench/harness/spatest"
)

// ErrNotFound: no browser is installed.
var ErrNotFound = errors.New(
	"no Chromium or Chrome is installed: install one (Debian: apt-get install chromium), or name one with " + EnvPath,
)

// How long things may take; a machine that is busy with other tests needs most of it.
const (
	startTime  = 60 * time.Second // the process, until it answers
	actionTime = 30 * time.Second // one method of a tab
	closeTime  = 10 * time.Second // until the process has ended by itself
)

// languages are those that pages are asked for in, whoever runs the browser. The headless shell alone names none.
const languages = "en-GB,en"

// Browser is a running browser.
type Browser struct {
	ctx  context.Context // of chromedp, with the process
	stop func()          // kills the process, waits for its end, and tidies up
	tls  *tls.Config     // of its Trust
}

// TrustsAs reports whether the browser was started to trust whom the configuration trusts. The checks ask this before
// they use it on a target that has one.
func (b *Browser) TrustsAs(config *tls.Config) bool { return b.tls == config }

var _ spatest.Browser = (*Browser)(nil)

// Start starts the browser that [Find] finds, headless. It ends with Close, with
// ctx, or with this process. It is sandboxed, unless this process is root's:
// then the sandbox refuses to work.
func Start(ctx context.Context) (*Browser, error) { return StartTrusting(ctx, Trust{}) }

// Trust says whose TLS certificates are accepted, beyond those of the roots that the browser trusts anyway. The zero
// Trust adds none.
type Trust struct {
	TLS   *tls.Config         // that of the spatest.Target, whose InsecureSkipVerify counts here too
	Roots []*x509.Certificate // what its RootCAs has beyond the system's: a pool cannot be listed
}

// flags are the browser's for it. It knows a root by a digest of its public key.
func (t Trust) flags() (flags []chromedp.ExecAllocatorOption) {
	if t.TLS != nil && t.TLS.InsecureSkipVerify {
		flags = append(flags, chromedp.Flag("ignore-certificate-errors", true))
	}
	var keys []string
	for _, root := range t.Roots {
		digest := sha256.Sum256(root.RawSubjectPublicKeyInfo)
		keys = append(keys, base64.StdEncoding.EncodeToString(digest[:]))
	}
	if len(keys) > 0 {
		flags = append(flags, chromedp.Flag("ignore-certificate-errors-spki-list", strings.Join(keys, ",")))
	}
	return flags
}

// StartTrusting is Start with a browser that accepts certificates which it would refuse.
func StartTrusting(ctx context.Context, trust Trust) (*Browser, error) {
	path, ok := Find()
	if !ok {
		return nil, fmt.Errorf("start a browser: %w", ErrNotFound)
	}
	if _, err := exec.LookPath(path); err != nil {
		return nil, fmt.Errorf("start the browser that %s names: %w", EnvPath, err)
	}
	temp, err := os.MkdirTemp(shortTempDir(), "chrome")
	if err != nil {
		return nil, fmt.Errorf("start a browser: %w", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Env("TMPDIR="+temp), // a browser that is killed leaves a folder there
		// A page that is gone back to is asked for again; nothing but the page is asked for; and no process is kept
		// ready for a next page, because each tab, with a context of its own, has one of its own.
		chromedp.Flag("disable-features",
			"Translate,BackForwardCache,MediaRouter,OptimizationHints,SpareRendererForSitePerProcess"),
		chromedp.Flag("accept-lang", languages),
		chromedp.Flag("disable-component-update", true),
		chromedp.DisableGPU,
		chromedp.WindowSize(1280, 800),
	)
	options = append(options, trust.flags()...)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocated, release := chromedp.NewExecAllocator(ctx, options...)
	quiet := func(string, ...any) {}
	running, cancel := chromedp.NewContext(allocated, chromedp.WithLogf(quiet), chromedp.WithErrorf(quiet))
	stop := sync.OnceFunc(func() {
		cancel()
		release()
		os.RemoveAll(temp)
	})

	// The life of the process is bound to the context of the first action, so
	// the time for the start is not bounded by that one.
	started := make(chan error, 1)
	go func() { started <- chromedp.Do(running) }()
	select {
	case err = <-started:
	case <-time.After(startTime):
		err = fmt.Errorf("no answer within %s", startTime)
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("start %s: %w (does it run by hand? %s --headless --dump-dom about:blank)",
			path, err, path)
	}
	context.AfterFunc(running, stop)
	return &Browser{running, stop, trust.TLS}, nil
}

// shortTempDir is the folder for temporary files, if its path is short enough for
// the path of a socket to begin with it. Windows has no such socket, and no /tmp.
func shortTempDir() string {
	if dir := os.TempDir(); len(dir) <= maxTempDir || runtime.GOOS == "windows" {
		return dir
	}
	return "/tmp"
}

const maxTempDir = 40 // of 107 characters; the browser adds the rest

// Open opens a tab: see [spatest.Browser].
func (b *Browser) Open(ctx context.Context) (spatest.Tab, error) {
	t := &Tab{log: newLog()}
	t.ctx, t.cancel = chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(t.log.event))
	// As in Start: the tab would end with the context of its first action.
	opened := make(chan error, 1)
	go func() { opened <- t.prepare() }()
	var err error
	select {
	case err = <-opened:
	case <-time.After(actionTime):
		err = fmt.Errorf("no answer within %s", actionTime)
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		t.cancel()
		return nil, fmt.Errorf("open a tab: %w", err)
	}
	return t, nil
}

// prepare opens the tab, and takes from its pages what would stop them.
func (t *Tab) prepare() error {
	if err := chromedp.Do(t.ctx); err != nil {
		return err
	}
	own := chromedp.FromContext(t.ctx)
	t.log.mu.Lock()
	t.log.main = cdp.FrameID(own.Target.TargetID)
	t.log.dialog = func() { go t.dismiss() }
	t.log.mu.Unlock()
	go t.log.console(chromedp.Console(t.ctx))
	_, err := chromedp.CallBrowser(t.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior:         browser.SetDownloadBehaviorBehaviorDeny,
		BrowserContextID: own.BrowserContextID,
	})
	return err
}

// Close ends the process, and returns when it has ended.
func (b *Browser) Close() error {
	defer b.stop()
	if b.ctx.Err() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(b.ctx, closeTime)
	defer cancel()
	if err := chromedp.Cancel(ctx); err != nil && !strings.Contains(err.Error(), context.Canceled.Error()) {
		return fmt.Errorf("end the browser: %w", err)
	}
	return nil
}
