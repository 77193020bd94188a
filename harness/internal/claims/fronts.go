package claims

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
	"spabench/variants"
)

func anyFrontClaim() claim.Claim {
	return claim.Claim{
		ID:    "any-front-end",
		Words: "Baking the build into the back end works with any front end: React, Vue, Svelte, SolidJS, Angular, or plain JavaScript.",
		Test:  "Build the same app in each from its lock file, serve each by the same server, unchanged, and run the suite's checks, but those that deploy, break or browse, which the matrix has",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			var all []servedFront
			for _, v := range variants.All() {
				if v.Name != "embedded-go" && v.Front == "" {
					continue
				}
				b.Progress.Line("any-front-end: %s", v.Name)
				s, err := serveFront(ctx, b, v)
				if err != nil {
					return record.Judgement{}, fmt.Errorf("serve %s: %w", v.Name, err)
				}
				all = append(all, s)
			}
			return judgeFronts(all), nil
		},
	}
}

// servedFront is a build of the app and what the checks say of the server that serves it.
type servedFront struct {
	name           string
	files, scripts int
	bytes, gzip    int64 // of the scripts, and of their .gz forms
	passed, failed int
	skipped        int
	first          string // of those that failed
}

func serveFront(ctx context.Context, b *claim.Bench, v variants.Variant) (servedFront, error) {
	s := servedFront{name: v.Name}
	if err := b.MakeApps(ctx); err != nil {
		return s, err
	}
	g, err := b.For(ctx, v)
	if err != nil {
		return s, err
	}
	if err := s.count(g.Dist.FS); err != nil {
		return s, err
	}
	refs, err := b.Refs(ctx, v)
	if err != nil {
		return s, err
	}
	b.Checks = rig.QuickChecks()
	defer func() { b.Checks = nil }()
	c := b.Conformance(ctx, v, refs)
	if c.Err != "" {
		return s, fmt.Errorf("check: %s", c.Err)
	}
	for _, o := range c.Report.Outcomes {
		switch {
		case o.Verdict == spatest.Passed:
			s.passed++
		case o.Verdict == spatest.Skipped:
			s.skipped++
		case o.Waived == "":
			if s.failed++; s.first == "" {
				s.first = o.Check
			}
		}
	}
	return s, nil
}

// count counts the files of the build that it is made of, without their precompressed forms.
func (s *servedFront) count(build fs.FS) error {
	return fs.WalkDir(build, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case path.Ext(at) == ".js":
			s.files++
			s.scripts++
			s.bytes += info.Size()
		case strings.HasSuffix(at, ".js.gz"):
			s.gzip += info.Size()
		case path.Ext(at) != ".gz" && path.Ext(at) != ".br":
			s.files++
		}
		return nil
	})
}

func judgeFronts(all []servedFront) record.Judgement {
	t := record.Sheet{Name: "fronts", Title: "Front ends", Doc: "The same app, with the same routes, words and API. Files: of the build, without precompressed forms. Skipped: checks of what the app does not have, or that need a deploy or a browser.",
		Head: []string{"variant", "files", "scripts", "scripts, kB", "by gzip, kB", "checks passed", "failed", "skipped"}}
	var parts []bool
	var failed, names []string
	least := -1
	for _, s := range all {
		t.Rows = append(t.Rows, []string{s.name, fmt.Sprint(s.files), fmt.Sprint(s.scripts), fmt.Sprintf("%.1f", float64(s.bytes)/1e3), fmt.Sprintf("%.1f", float64(s.gzip)/1e3),
			fmt.Sprint(s.passed), fmt.Sprint(s.failed), fmt.Sprint(s.skipped)})
		parts = append(parts, s.failed == 0)
		names = append(names, s.name)
		if s.failed > 0 {
			failed = append(failed, fmt.Sprintf("%s fails %d, such as %s", s.name, s.failed, s.first))
		}
		if least < 0 || s.passed < least {
			least = s.passed
		}
	}
	j := record.Judgement{Verdict: claim.VerdictOf(parts...), Tables: []record.Sheet{t}}
	j.Why = fmt.Sprintf("each of %d builds is served by the same program, and passes all checks that apply, %d or more: %s", len(all), least, strings.Join(names, ", "))
	if len(failed) > 0 {
		j.Why = strings.Join(failed, "; ")
	}
	return j
}
