package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spabench/harness/internal/described"
	"spabench/harness/internal/hops"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
)

// flagsOfOneServer are the flags of check that have no meaning where layers are compared.
var flagsOfOneServer = []string{
	"dist", "only", "level", "features", "expect", "waive", "junit", "markdown", "html", "badge", "server", "explain",
	"no-browser",
}

// compareHops sends the same requests to all layers, and shows what each one does.
func compareHops(cmd *cobra.Command, f checkFlags) error {
	for _, flag := range flagsOfOneServer {
		if cmd.Flags().Changed(flag) {
			return fmt.Errorf("--hop compares layers and runs no checks: leave out --%s", flag)
		}
	}
	chain, err := readHops(f.hops)
	if err != nil {
		return err
	}
	header, err := readHeaders(f.headers)
	if err != nil {
		return err
	}
	trust, err := f.certificates.load()
	if err != nil {
		return err
	}
	api, _ := described.FirstAndRest(f.apis)
	target := func(h hops.Hop) spatest.Target {
		return spatest.Target{
			URL: h.URL, API: api, APIGet: f.apiGet, Header: header, Rate: f.rate, Decoders: rig.Decoders(),
			TLS: trust.TLS, Spelling: spelling,
		}
	}
	limitMemory()
	began := time.Now()
	asker, err := spatest.NewAsker(target(chain[0]))
	if err != nil {
		return fmt.Errorf("--hop %s: %w", chain[0].Name, untrusted(err))
	}
	files, err := asker.Files(cmd.Context())
	if err != nil {
		return fmt.Errorf("--hop %s: %w", chain[0].Name, untrusted(err))
	}
	endpoint := ""
	if api != "-" {
		endpoint = cmp.Or(f.apiGet, cmp.Or(api, "/api")+"/health")
	}
	c, err := hops.Compare(cmd.Context(), chain, hops.Requests(scriptOf(files), endpoint), target)
	if err != nil {
		return err
	}
	if silent := c.Silent(); len(silent) > 0 {
		return fmt.Errorf("no answer from hop %s", strings.Join(silent, "; hop "))
	}
	if c.Framings, err = hops.Framings(cmd.Context(), chain, target); err != nil {
		return err
	}
	switch f.json {
	case "-":
		return writeComparison(cmd.OutOrStdout(), c)
	case "":
	default:
		file, err := os.Create(f.json)
		if err != nil {
			return fmt.Errorf("write the comparison: %w", err)
		}
		defer func() { _ = file.Close() }()
		if err := writeComparison(file, c); err != nil {
			return err
		}
	}
	writeHops(cmd.OutOrStdout(), c)
	writeFramings(cmd.OutOrStdout(), c)
	_, _ = fmt.Fprintf(cmd.OutOrStdout(), "\nsent %d requests to each of %d hops in %s\n",
		len(c.Requests), len(c.Hops), time.Since(began).Round(time.Millisecond))
	return nil
}

// writeFramings shows the requests whose end layers read differently.
func writeFramings(w io.Writer, c hops.Comparison) {
	if len(c.Framings) > 0 {
		_, _ = fmt.Fprintln(w, "\nrequests that end in another place for another layer (request smuggling):")
	}
	for _, f := range c.Framings {
		section := f.Section
		if !strings.HasPrefix(section, "RFC") {
			section = "RFC 9112, " + section
		}
		_, _ = fmt.Fprintf(w, "  %s (%s)\n", f.Name, section)
		for at, read := range f.Reads {
			_, _ = fmt.Fprintf(w, "    %-8s %s\n", c.Hops[at].Name, read)
		}
	}
}

// scriptOf is the path of a script of the page, of a hashed one if there is one.
func scriptOf(files []spatest.File) string {
	script := ""
	for _, file := range files {
		if file.Dest == "script" && (script == "" || file.Hashed) {
			script = file.Target
		}
	}
	return script
}

func writeComparison(w io.Writer, c hops.Comparison) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		return fmt.Errorf("write the comparison: %w", err)
	}
	return nil
}

// readHops reads name=URL, the outermost first.
func readHops(given []string) ([]hops.Hop, error) {
	var chain []hops.Hop
	seen := map[string]bool{}
	for _, item := range given {
		name, url, ok := strings.Cut(item, "=")
		switch {
		case !ok || name == "" || url == "" || strings.Contains(name, "/"):
			return nil, fmt.Errorf("--hop %q: give name=URL, such as edge=http://127.0.0.1:8080", item)
		case seen[name]:
			return nil, fmt.Errorf("--hop %s: two hops have this name; give each its own", name)
		}
		seen[name] = true
		chain = append(chain, hops.Hop{Name: name, URL: strings.TrimSuffix(url, "/")})
	}
	if len(chain) < 2 {
		return nil, fmt.Errorf("--hop %s: give two or more, from the outermost to the innermost", given[0])
	}
	return chain, nil
}

// writeHops shows who answered what, then what a layer does to every answer, and then each request for which it does
// something more.
func writeHops(w io.Writer, c hops.Comparison) {
	names := 0
	for _, h := range c.Hops {
		names = max(names, len(h.Name))
	}
	_, _ = fmt.Fprintln(w, "ANSWERED BY")
	for _, h := range c.Hops {
		var titles []string
		for _, r := range c.Requests {
			if r.By == h.Name {
				titles = append(titles, r.Title)
			}
		}
		lead := fmt.Sprintf("  %-*s  ", names, h.Name)
		_, _ = fmt.Fprintln(w, lead+wrap(len(lead), cmp.Or(strings.Join(titles, "; "), "nothing")))
	}
	always := c.Always()
	for _, l := range always {
		_, _ = fmt.Fprintf(w, "\nwhat %s does to every answer from %s:\n", l.Hop, l.From)
		writeChanges(w, 2, l.Changes)
	}
	changed := len(always)
	for _, r := range c.Requests {
		if writeCompared(w, r, always, names) {
			changed++
		}
	}
	if changed == 0 {
		_, _ = fmt.Fprintln(w, "\nno layer changes any response")
	}
}

// writeCompared shows one request, unless no layer did more to its answer than it always does.
func writeCompared(w io.Writer, r hops.Compared, always []hops.Layer, names int) bool {
	var layers []hops.Layer
	for _, l := range r.Layers {
		for _, usual := range always {
			if usual.Hop == l.Hop && usual.From == l.From {
				l.Changes = slices.DeleteFunc(slices.Clone(l.Changes), func(c hops.Change) bool {
					return slices.Contains(usual.Changes, c)
				})
			}
		}
		if len(l.Changes) > 0 {
			layers = append(layers, l)
		}
	}
	if len(layers) == 0 {
		return false
	}
	target := r.Request.Target
	if room := width - len(r.Title) - len(r.Request.Method) - 4; len(target) > room {
		target = target[:room-1] + "…"
	}
	_, _ = fmt.Fprintf(w, "\n%s (%s %s)\n", r.Title, r.Request.Method, target)
	for _, a := range r.Answers {
		lead := fmt.Sprintf("  %-*s  ", names, a.Hop)
		answer := hops.Status(a)
		if a.Error == "" {
			answer += fmt.Sprintf(", %s, %d bytes", cmp.Or(a.Header.Get("Content-Type"), "no Content-Type"), a.Size)
		}
		_, _ = fmt.Fprintln(w, lead+wrap(len(lead), answer))
	}
	for _, l := range layers {
		_, _ = fmt.Fprintf(w, "  what %s did to the answer from %s:\n", l.Hop, l.From)
		writeChanges(w, 4, l.Changes)
	}
	return true
}

func writeChanges(w io.Writer, column int, changes []hops.Change) {
	for _, change := range changes {
		line := func(what, text string) {
			lead := fmt.Sprintf("%*s%-7s  ", column, "", what)
			_, _ = fmt.Fprintln(w, lead+wrap(len(lead), text))
		}
		switch change.What {
		case "added":
			line(change.What, change.Field+": "+change.After)
		case "dropped":
			line(change.What, change.Field+": "+change.Before)
		default:
			line(change.What, change.Field+": "+change.Before)
			line("     to", change.After)
		}
	}
}
