package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spabench/harness/internal/described"
	"spabench/harness/internal/project"
	"spabench/harness/internal/remedy"
	"spabench/harness/internal/report"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
)

// checkFlags are what a user says of the server, the checks and the reports.
type checkFlags struct {
	dist, apiGet                 string
	apis                         []string
	routes, features, headers    []string
	rate                         float64
	only                         []string
	level                        string
	expect                       string
	waive                        []string
	json, junit, markdown, badge string
	html                         string
	server                       string
	explain                      string
	project, start               string
	hops                         []string
	har                          string
	noBrowser, verbose           bool
	certificates
}

func checkCommand() *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check [URL]",
		Short: "Check a running server",
		Long: `Check that a running server routes and serves a single-page app correctly. Given only the URL, the assets
are discovered from the page; with --dist, every file of the build is compared byte for byte. A check that does not
apply, or that needs more than it was told, is skipped, with the reason. No container engine is needed, except for
--start. If Chromium or Chrome is installed, or the environment variable CHROME names one, the app is also opened in it.

Violations with one cause are reported together, the worst first: what is wrong, what was expected, what the server
sent, a curl command that shows it, and, if the server software is recognised (or named with --server), how to fix it.
At most 120 lines are written; --verbose shows every check and every violation.

With --hop, given once for each layer from the outermost to the innermost, the same requests are sent to every layer,
and the report shows what each layer adds, drops or changes.

With --har, nothing is sent: the checks that a page load can decide are decided by what a browser recorded of one, and
saved as a HAR file. A URL is needed unless --start, --hop, --har or --explain is given.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.explain != "" || f.start != "" || f.har != "" || len(f.hops) > 0 {
				return noArgs(cmd, args)
			}
			return oneArg("one URL, such as http://127.0.0.1:8080")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.explain != "" && len(f.hops) == 0 {
				return explainCheck(cmd.OutOrStdout(), f.explain)
			}
			p, err := f.readProject(cmd.Flags(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			var added rig.Added
			if f.start != "" {
				if added, err = described.Server(p, "--start", f.start); err != nil {
					return err
				}
			}
			if len(f.hops) > 0 {
				return compareHops(cmd, f)
			}
			url := "" // of a server that is to be started, it is not known yet
			if len(args) > 0 {
				url = args[0]
			}
			target, err := f.target(url)
			if err != nil {
				return err
			}
			remedies, err := remediesFor(f.server)
			if err != nil {
				return err
			}
			if target.Recording, err = readHAR(f.har); err != nil {
				return err
			}
			reports, err := f.reportFiles(target.Recording)
			if err != nil {
				return err
			}
			trust, err := f.certificates.load()
			if err != nil {
				return err
			}
			target.TLS = trust.TLS
			open := !f.noBrowser && f.har == "" && asksForBrowser(target.Only)
			browser, closeBrowser, err := openBrowser(cmd.Context(), open, trust)
			if err != nil {
				return err
			}
			defer closeBrowser()
			target.Browser = browser
			limitMemory()
			run := func(target spatest.Target) error { return check(cmd.Context(), target, f, remedies, reports, cmd) }
			if f.start != "" {
				return startAndCheck(cmd, added, target, run)
			}
			return run(target)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	f.register(c)
	return c
}

func (f *checkFlags) register(c *cobra.Command) {
	v := c.Flags()
	v.StringVar(&f.dist, "dist", "",
		"`folder` of the build that the server serves; its files are compared byte for byte")
	v.StringArrayVar(&f.apis, "api", nil,
		"path `prefix` of the API (default \"/api\" if that answers); \"-\" if there is none; may be repeated")
	v.StringVar(&f.apiGet, "api-get", "",
		"`path` of an API endpoint that allows only GET; a check sends it a DELETE, which it must refuse "+
			"(default: /health below the prefix)")
	v.StringSliceVar(&f.routes, "routes", nil,
		"`paths` of client routes to open, comma-separated, for a server that answers 404 to routes it does not know")
	v.StringSliceVar(&f.features, "features", nil,
		"what the server offers, as `name=value`, comma-separated: "+strings.Join(featureNames(), ", ")+
			" (see spabench list features)")
	v.StringArrayVar(&f.headers, "header", nil,
		"header `field` to send with every request, such as \"Authorization: Bearer …\"; may be repeated")
	v.StringVar(&f.caFile, "cacert", "",
		"trust the CA certificates in this PEM `file`, too")
	v.BoolVar(&f.insecure, "insecure", false,
		"do not verify TLS certificates")
	c.MarkFlagsMutuallyExclusive("cacert", "insecure")
	v.Float64Var(&f.rate, "rate", 0,
		"maximum `number` of requests per second (default: unlimited for a server on this machine, 10 for others)")
	v.StringSliceVar(&f.only, "only", nil,
		"run only the checks and groups with these `names`, comma-separated (see spabench list checks)")
	v.StringVar(&f.level, "level", "may",
		"run the checks of this `level` and stricter: must, should or may")
	v.StringVar(&f.expect, "expect", "",
		"`file` of expected failures, one per line: the check's name, a space, the reason; "+
			"one that passes is a failure, too")
	v.StringArrayVar(&f.waive, "waive", nil,
		"expect a failure, as `check=reason`; may be repeated")
	v.StringVar(&f.json, "json", "",
		"also write the report as JSON (see spabench schema) to this `file`; "+
			"- writes it to standard output instead of the text")
	v.StringVar(&f.junit, "junit", "", "also write the report as JUnit XML to this `file` (- as with --json)")
	v.StringVar(&f.markdown, "markdown", "", "also write the report as Markdown to this `file` (- as with --json)")
	v.StringVar(&f.html, "html", "",
		"also write the report as an HTML page, to read and to send, to this `file` (- as with --json)")
	v.StringVar(&f.badge, "badge", "",
		"also write a badge for shields.io (endpoint JSON) to this `file` (- as with --json)")
	v.BoolVar(&f.noBrowser, "no-browser", false,
		"skip the checks that need a browser, even if Chromium or Chrome is installed")
	v.BoolVar(&f.verbose, "verbose", false,
		"show every check and every violation, with the reason for each rule")
	v.StringVar(&f.server, "server", "",
		"show how to fix violations with this server `software`: "+strings.Join(remedy.Names(), ", ")+
			" (default: recognised by its answers)")
	v.StringVar(&f.project, "project", "",
		"read what the app is from this `file`, such as its build and its routes (see spabench schema project); "+
			"flags replace what it says (default "+project.FileName+" in the working directory, if there is one)")
	v.StringVar(&f.start, "start", "",
		"start the `server` of this name in the project's file, check it, including the checks that stop and restart "+
			"it, and remove it; this needs a container engine")
	v.StringVar(&f.explain, "explain", "",
		"explain this `check` instead of checking a server")
	v.StringArrayVar(&f.hops, "hop", nil,
		"a layer, as `name=URL`, instead of the URL; give one for each layer, the outermost first")
	v.StringVar(&f.har, "har", "",
		"decide what can be decided by this `file`, which a browser's developer tools saved of a page load as HAR")
	c.MarkFlagsMutuallyExclusive("start", "hop", "har")
	for _, other := range []string{"dist", "api", "routes", "features", "header", "cacert", "insecure", "rate"} {
		c.MarkFlagsMutuallyExclusive("har", other) // nothing is sent, and nothing compared
	}
	complete(c, "only", checkAndGroupNames)
	complete(c, "explain", checkNames)
	complete(c, "waive", func() []string { return suffixed(checkNames(), "=") })
	complete(c, "features", func() []string { return suffixed(featureNames(), "=") })
	complete(c, "level", func() []string { return []string{"must", "should", "may"} })
	complete(c, "server", remedy.Names)
}

// target is the server and the checks as the flags describe them.
func (f *checkFlags) target(url string) (spatest.Target, error) {
	api, others := described.FirstAndRest(f.apis)
	target := spatest.Target{
		URL: url, API: api, OtherAPIs: others, APIGet: f.apiGet, Routes: f.routes, Rate: f.rate,
		Decoders: rig.Decoders(), Spelling: spelling,
	}
	if f.dist != "" {
		if info, err := os.Stat(f.dist); err != nil || !info.IsDir() {
			return target, fmt.Errorf(
				"--dist %s: not a folder; give the folder that the build wrote, with index.html in it", f.dist)
		}
		target.Dist = os.DirFS(f.dist)
	}
	var err error
	if target.Header, err = readHeaders(f.headers); err != nil {
		return target, err
	}
	if err := setFeatures(&target, f.features); err != nil {
		return target, err
	}
	if target.Waive, err = readWaivers(f.expect, f.waive); err != nil {
		return target, err
	}
	target.Only, err = selectChecks(f.level, f.only)
	return target, err
}

// asksForBrowser tells whether one of these checks or groups, or of all where none is named, needs a browser.
func asksForBrowser(only []string) bool {
	return slices.ContainsFunc(spatest.Checks(), func(c spatest.Check) bool {
		asked := len(only) == 0 || slices.Contains(only, c.Name) || slices.Contains(only, c.Group)
		return asked && c.NeedsAny(spatest.FeatureBrowser)
	})
}

// check runs the suite, and writes what it found.
func check(
	ctx context.Context, target spatest.Target, f checkFlags, remedies remedyFunc, reports []reportFile,
	cmd *cobra.Command,
) error {
	began := time.Now()
	found, err := spatest.Inspect(ctx, target)
	if errors.Is(err, spatest.ErrNotABuild) {
		return fmt.Errorf("--dist %s: %w", f.dist, err)
	}
	if err != nil {
		return untrusted(err)
	}
	advice := remedies(found)
	d := report.New(found, began, time.Since(began), advice.check)
	onStdout, err := writeReports(reports, cmd.OutOrStdout(), d)
	switch {
	case onStdout:
		_, _ = fmt.Fprintln(cmd.ErrOrStderr(), d.Title())
	case f.verbose:
		writeText(cmd.OutOrStdout(), d)
	default:
		writeBrief(cmd.OutOrStdout(), d, advice)
	}
	if err == nil && !d.Conforms {
		err = errNonconforming
	}
	return err
}

// readHeaders reads fields as they stand in a request.
func readHeaders(lines []string) (http.Header, error) {
	header := http.Header{}
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		// The value may be a secret: it is not repeated.
		if !ok || name == "" || strings.ContainsAny(name, " \t\r\n") || strings.ContainsAny(value, "\r\n") {
			return nil, fmt.Errorf(`--header %q…: give "Name: value" on one line`, name)
		}
		header.Add(name, value)
	}
	return header, nil
}
