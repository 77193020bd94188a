package spatest

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/nearest"
)

// Errors of a target on which nothing can be decided.
var (
	ErrTarget    = errors.New("invalid target")                                // a field of Target is wrong
	ErrNoAnswer  = errors.New("no answer")                                     // the server gave no HTTP response
	ErrNotABuild = errors.New("not a build: it has no index.html")             // Target.Dist
	ErrUnknown   = errors.New("no such check or group (spabench list checks)") // a name in Only or Waive
)

// Target is the server to check. Only URL is required.
type Target struct {
	URL  string // http or https, host and port; a path is the one that the app is under
	Dist fs.FS  // what the build wrote, index.html at its root; nil: discover from the page

	// Paths, here and below, count from that of URL.

	// API is the path prefix of the API, one or more whole segments. "-" says
	// that there is none. Empty: "/api", and checks of the API are skipped
	// unless something that is not the page answers APIGet.
	API string
	// OtherAPIs are the prefixes of further APIs, none within another. For them
	// the checks of unknown paths are done, too.
	OtherAPIs []string
	// APIGet is an endpoint that answers GET and nothing else: a DELETE is sent
	// to it. Default: API + "/health".
	APIGet string

	// Endpoints for checks of the whole way to the API; each may be empty, and
	// its checks are then skipped. All answer without credentials.
	APISlow   string // GET takes from one to five seconds, such as /api/slow?ms=1500
	APIFail   string // GET fails with the status in place of {status}, such as /api/fail?status={status}
	APIEvents string // GET sends at least three server-sent events, 100 ms apart or more, all within Timeout
	APIWrite  string // POST takes JSON; checks send {"spatest":true} and spaces, which the API may refuse
	APILimit  int64  // bytes of content that APIWrite takes, and the whole way to it; 0: not declared

	// Routes are client routes. Default: two that a catch-all server answers.
	// A server that knows its routes, and answers others with 404, must be told.
	Routes []string
	// FormPosts are paths of routes that take a form by POST: a sign-in with response_mode=form_post
	// ends there. Any other answer than a refusal to a POST elsewhere is a violation.
	FormPosts []string
	// Canaries are strings that stand in files beside or above Dist, and must
	// never be served.
	Canaries []string
	// Guarded are paths of files that exist where the server looks for files and
	// that it must refuse, such as "/.env" or "/admin/report.html". Each holds
	// one of Canaries.
	Guarded []string
	// Configured are files of Dist that a start of the server writes anew, such as
	// "/boot.js". What is usual needs no saying: env.js, config.json and the like,
	// placeholders such as ${API_URL}, and what is written into the page's head.
	Configured []string
	// Decoders undo content codings that the standard library lacks, such as
	// "br". gzip and deflate are built in.
	Decoders map[string]func(io.Reader) io.Reader

	// Recording is what a browser recorded of a visit. It answers in place of the server, to which nothing is sent:
	// checks that need more than it has are skipped. Of the other fields Only and Waive are used.
	Recording *Recording

	Host     Host          // starts servers of this kind; nil: checks that stop, break or redeploy one are skipped
	NextDist fs.FS         // another build of the same app, with other content in its page and its entry script
	Retains  time.Duration // for which a deploy keeps the assets of the build before; 0: not declared
	Browser  Browser       // nil: checks that need one are skipped

	Header  http.Header // added to every request; credentials are kept out of reports
	TLS     *tls.Config // nil: verify against the system's roots
	Dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	Timeout time.Duration // of one exchange, connect to last byte; default 5 s
	// Rate is how many requests a second may go out, one by one. 0: as many as
	// the server answers if it is on this machine, behind Dial or has a Host, else 10.
	Rate float64

	// Spelling is how the reader of reasons and errors sets a field of Target, by
	// the field's name: {"Dist": "--dist FOLDER"}. Default: the field's name.
	Spelling map[string]string

	Only []string // names of checks or groups to run; empty: all
	// Waive is the list of expected failures: check name to the reason why the
	// server may violate it. Strict both ways: a waived check that passes fails, unless
	// it is Intermittent.
	Waive map[string]string
}

var defaultRoutes = []string{"/users/42/edit", "/users?tab=a&next=%2Fx"}

// checkExchanges bounds a check's time, as a multiple of Timeout.
const checkExchanges = 12

// hostTime is added for a check that starts servers, because a container engine takes tens of seconds to start, change
// and stop one on a busy machine, which is not the server's fault.
const hostTime = 2 * time.Minute

// Bounds of Target.Rate, so that no check waits for ever.
const minRate, maxRate = 0.1, 1e6

// prepare validates t and fills in its defaults. API stays empty when it was.
func (t Target) prepare() (Target, *url.URL, error) {
	bad := func(format string, args ...any) (Target, *url.URL, error) {
		return t, nil, fmt.Errorf("%w: %s", ErrTarget, t.spelt(fmt.Sprintf(format, args...)))
	}
	if t.Recording != nil {
		t = t.Recording.target(t)
	}
	u, err := url.Parse(t.URL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
		return bad("URL %q: give http:// or https:// with a host, such as http://127.0.0.1:8080", t.URL)
	}
	if u.User != nil {
		return bad("URL %q: put credentials into a header, not into the URL", u.Redacted())
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return bad(
			"URL %q: leave out what follows %s",
			t.URL,
			(&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String(),
		)
	}
	if t.Dist != nil {
		if info, err := fs.Stat(t.Dist, "index.html"); err != nil || !info.Mode().IsRegular() {
			return t, nil, fmt.Errorf("read the build's files: %w", ErrNotABuild)
		}
	}
	for _, prefix := range append([]string{t.API}, t.OtherAPIs...) {
		if prefix != "" && prefix != "-" &&
			(!strings.HasPrefix(prefix, "/") || len(prefix) < 2 || strings.HasSuffix(prefix, "/")) {
			return bad(`API prefix %q: give a path such as "/api", or "-" for none`, prefix)
		}
	}
	if len(t.OtherAPIs) > 0 && (t.API == "" || t.API == "-" || slices.Contains(t.OtherAPIs, "-")) {
		return bad(`API prefixes %q: name the first of several (API), and give "-" alone`,
			append([]string{t.API}, t.OtherAPIs...))
	}
	if t.APIGet == "" && t.API != "-" {
		t.APIGet = t.apiPrefix() + "/health"
	}
	if t.APIGet != "" && !strings.HasPrefix(t.APIGet, "/") {
		return bad("API endpoint %q: give a path such as /api/health", t.APIGet)
	}
	for _, endpoint := range []string{t.APISlow, t.APIFail, t.APIEvents, t.APIWrite} {
		if endpoint != "" && !strings.HasPrefix(endpoint, "/") {
			return bad("API endpoint %q: give a path such as /api/items", endpoint)
		}
	}
	if t.APIFail != "" && !strings.Contains(t.APIFail, "{status}") {
		return bad("API endpoint %q: it needs {status}, as in /api/fail?status={status}", t.APIFail)
	}
	for _, route := range t.Routes {
		if !strings.HasPrefix(route, "/") || strings.ContainsAny(route, " \t\r\n") {
			return bad("route %q: give a percent-encoded path such as /users/42", route)
		}
	}
	for _, route := range t.FormPosts {
		if !strings.HasPrefix(route, "/") || strings.ContainsAny(route, "?# \t\r\n") {
			return bad("route %q that takes a form: give a percent-encoded path such as /signin/callback", route)
		}
	}
	for _, name := range t.Configured {
		if !strings.HasPrefix(name, "/") {
			return bad("configured file %q: give its path, such as /boot.js", name)
		}
	}
	if slices.Contains(t.Canaries, "") {
		return bad("canaries: an empty string is in every response")
	}
	for _, guarded := range t.Guarded {
		if !strings.HasPrefix(guarded, "/") || strings.ContainsAny(guarded, "%?# \t\r\n") {
			return bad("guarded path %q: give a path without escapes, such as /admin/report.html", guarded)
		}
		if len(t.Canaries) == 0 {
			return bad("guarded path %q: name a string that is in its file (Canaries)", guarded)
		}
	}
	if t.Timeout == 0 {
		t.Timeout = 5 * time.Second
	}
	if t.Timeout < 0 {
		return bad("timeout %s: give more than 0", t.Timeout)
	}
	if t.Rate != 0 && !(t.Rate >= minRate && t.Rate <= maxRate) {
		return bad("rate %g: give %g to %.0f requests per second, or 0 for the default", t.Rate, minRate, maxRate)
	}
	for name, reason := range t.Waive {
		if _, ok := find(name); !ok {
			return t, nil, unknown(name, false)
		}
		if strings.TrimSpace(reason) == "" {
			return bad("waive %s: give the reason", name)
		}
	}
	return t, &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// namedFields are the fields that a reason names at its end, in parentheses.
var namedFields = regexp.MustCompile(`\([A-Z][A-Za-z]*(, [A-Z][A-Za-z]*)*\)$`)

// spelt is the reason with its fields named as its reader sets them.
func (t Target) spelt(reason string) string {
	return namedFields.ReplaceAllStringFunc(reason, func(named string) string {
		fields := strings.Split(strings.Trim(named, "()"), ", ")
		for i, field := range fields {
			fields[i] = cmp.Or(t.Spelling[field], field)
		}
		return "(" + strings.Join(slices.Compact(fields), ", ") + ")"
	})
}

// base is the path that the app is under, without a slash at its end; empty: the root.
func (t Target) base() string {
	u, err := url.Parse(t.URL)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.EscapedPath(), "/")
}

func (t Target) apiPrefix() string {
	if t.API == "" {
		return "/api"
	}
	return t.API
}

// selected lists the checks that Only names, in the order of Checks.
func (t Target) selected() ([]Check, error) {
	all := Checks()
	if len(t.Only) == 0 {
		return all, nil
	}
	for _, name := range t.Only {
		if !slices.ContainsFunc(all, func(c Check) bool { return c.Name == name || c.Group == name }) {
			return nil, unknown(name, true)
		}
	}
	return slices.DeleteFunc(all, func(c Check) bool {
		return !slices.Contains(t.Only, c.Name) && !slices.Contains(t.Only, c.Group)
	}), nil
}

// unknown is the error for a name that no check (or group) has.
func unknown(name string, groups bool) error {
	var candidates []string
	for _, c := range Checks() {
		candidates = append(candidates, c.Name)
		if groups {
			candidates = append(candidates, c.Group)
		}
	}
	return fmt.Errorf("%q: %w%s", name, ErrUnknown, nearest.Suggestion(name, candidates))
}
