package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/spf13/cobra"

	"spabench/harness/internal/page"
	"spabench/harness/internal/remedy"
	"spabench/harness/internal/report"
	"spabench/harness/internal/table"
)

func siteCommand() *cobra.Command {
	var out, base string
	c := &cobra.Command{
		Use:   "site",
		Short: "Write a web site of all results",
		Long: `Write a page for each recorded run, series, matrix and run of claims in results/, one for the trends from run
to run, one for the checks, and an index that leads to them. Each page is one file, and the links between them are
relative, so the folder can be opened from disk, and published by any server. Beside each are its forms in gzip and
brotli, for servers that send such files.
404.html is the index again, for hosts that send that for addresses without a page.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !strings.HasPrefix(base, "/") || !strings.HasSuffix(base, "/") {
				return fmt.Errorf("--base %s: give a path that begins and ends with a slash, such as /spabench/", base)
			}
			root, err := projectRoot()
			if err != nil {
				return err
			}
			if out == "" {
				out = filepath.Join(root, siteFolder)
			}
			return writeSite(root, out, base)
		},
	}
	c.Flags().StringVar(&out, "out", "", "write the site into this `folder`, over what is there (default "+siteFolder+")")
	c.Flags().StringVar(&base, "base", "/", "`path` that the site will be under on its server")
	return c
}

// siteFolder is where the site is written to by default, and served from.
const siteFolder = "results/site"

// writeSite writes all pages of a site into a folder.
func writeSite(root, out, base string) error {
	p, err := readPublished(root)
	if err != nil {
		return err
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return err
	}
	m := headline.FindSubmatch(readme)
	if m == nil {
		return errors.New("write the site: README.md has no <!-- headline RUN --> mark, which names the run to begin with")
	}
	index, err := p.site(base, string(m[1]))
	if err != nil {
		return err
	}
	for name, write := range sitePages(p, index) {
		if err := writeSitePage(filepath.Join(out, filepath.FromSlash(name)), write); err != nil {
			return fmt.Errorf("write the site: %s: %w", name, err)
		}
	}
	return nil
}

// site is what the index of a site leads to.
func (p published) site(base, headline string) (page.Site, error) {
	s := page.Site{Base: base, Headline: headline, Runs: p.runs, Matrices: p.matrices, Claims: p.claims}
	add := func(name string, view table.SeriesView, err error) error {
		s.Series = append(s.Series, page.Series{Name: name, View: view})
		if err != nil {
			return fmt.Errorf("write the site: %s: %w", name, err)
		}
		return nil
	}
	var errs []error
	for _, w := range p.witnesses {
		view, err := table.ViewWitness(w.Witness)
		errs = append(errs, add(w.Name, view, err))
	}
	for _, t := range p.series {
		if !t.Trust.Current() {
			continue // it was judged by other comparisons, and only its page in results says what it showed
		}
		view, err := t.Trust.View()
		errs = append(errs, add(t.Name, view, err))
	}
	for _, d := range p.duels {
		if !d.Duels.Current() {
			continue
		}
		view, err := d.Duels.View()
		errs = append(errs, add(d.Name, view, err))
	}
	return s, errors.Join(errs...)
}

// sitePages write the pages of a site, by their files.
func sitePages(p published, index page.Site) map[string]func(io.Writer) error {
	const home = "../../" + page.IndexFile // of what is in a folder of its own
	writeIndex := func(w io.Writer) error { return page.WriteIndex(w, index) }
	pages := map[string]func(io.Writer) error{
		page.IndexFile: writeIndex,
		"404.html":     writeIndex,
		page.ChecksFile: func(w io.Writer) error {
			return page.WriteChecks(w, allRemedies, page.IndexFile)
		},
		page.TrendsFile: func(w io.Writer) error { return page.WriteTrends(w, index.Named(), page.IndexFile) },
	}
	beside := page.Beside{Home: home, Edits: editCosts(p.claims, "../../")}
	for _, r := range p.runs {
		pages[page.RunFile(r.Name)] = func(w io.Writer) error { return page.Write(w, r.Run, beside) }
	}
	for _, s := range index.Series {
		pages[page.SeriesFile(s.Name)] = func(w io.Writer) error { return page.WriteSeries(w, s.View, home) }
	}
	for _, m := range p.matrices {
		pages[page.MatrixFile(m.Name)] = func(w io.Writer) error { return writeMatrix(w, m.Run, home) }
	}
	for _, c := range p.claims {
		pages[page.ClaimsFile(c.Name)] = func(w io.Writer) error { return page.WriteClaims(w, c.Claims, home) }
	}
	return pages
}

// editCosts are those of the newest run of claims that has them. Root is the way to the site from a page that shows
// them; "" outside a site.
func editCosts(claims []table.PublishedClaims, root string) page.EditCosts {
	var newest page.EditCosts
	var began time.Time
	for _, c := range claims {
		costs, ok := table.EditCosts(c.Claims)
		if !ok || c.Claims.Started.Before(began) {
			continue
		}
		newest, began = page.EditCosts{Table: costs, Name: c.Name}, c.Claims.Started
		if root != "" {
			newest.File = root + page.ClaimsFile(c.Name)
		}
	}
	return newest
}

// allRemedies are those of every server software that is known to be mended for a check.
func allRemedies(check string) []report.Remedy {
	var all []report.Remedy
	for _, s := range remedy.Servers() {
		if text := s.Remedy(check); text != "" {
			all = append(all, report.Remedy{Server: s.Title, Text: text})
		}
	}
	return all
}

// writeSitePage writes a page, and its coded forms beside it.
func writeSitePage(file string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	for suffix, coded := range map[string]func(io.Writer) io.WriteCloser{
		"":    func(w io.Writer) io.WriteCloser { return asIs{w} },
		".gz": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		".br": func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotliLevel) },
	} {
		var form bytes.Buffer
		w := coded(&form)
		_, err := w.Write(b.Bytes())
		if err := errors.Join(err, w.Close()); err != nil {
			return err
		}
		if err := os.WriteFile(file+suffix, form.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// brotliLevel is the highest at which writing all pages is still a matter of seconds.
const brotliLevel = 6

// asIs is a coding that changes nothing.
type asIs struct{ io.Writer }

func (asIs) Close() error { return nil }
