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
		ID: "any-front-end",
		Words: "Baking the build into the back end works with any front end: " +
			"React, Vue, Svelte, SolidJS, Angular, or plain JavaScript.",
		Test: "Build the same app with each from its lock file, serve each build with the same, unchanged server, " +
			"and run the suite's checks, except those that deploy, inject faults or open a browser; the matrix has " +
			"those",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			var seen record.FrontsObserved
			for _, v := range variants.All() {
				if v.Name != "embedded-go" && v.Front == "" {
					continue
				}
				b.Progress.Line("any-front-end: %s", v.Name)
				front, err := serveFront(ctx, b, v)
				if err != nil {
					return record.Judgement{}, fmt.Errorf("serve %s: %w", v.Name, err)
				}
				seen.Fronts = append(seen.Fronts, front)
			}
			return record.Judgement{Verdict: judgeFronts(seen), Observed: record.Observed{Fronts: &seen}}, nil
		},
	}
}

// serveFront counts the files of a variant's build, and runs the checks against the server that serves it.
func serveFront(ctx context.Context, b *claim.Bench, v variants.Variant) (record.ServedFront, error) {
	front := record.ServedFront{Variant: v.Name}
	if err := b.MakeApps(ctx); err != nil {
		return front, err
	}
	g, err := b.For(ctx, v)
	if err != nil {
		return front, err
	}
	if err := countBuild(g.Dist.FS, &front); err != nil {
		return front, err
	}
	refs, err := b.Refs(ctx, v)
	if err != nil {
		return front, err
	}
	b.Checks = rig.QuickChecks()
	defer func() { b.Checks = nil }()
	c := b.Conformance(ctx, v, refs)
	if c.Err != "" {
		return front, fmt.Errorf("check: %s", c.Err)
	}
	countOutcomes(c.Report.Outcomes, &front)
	return front, nil
}

// countOutcomes counts the checks by their verdicts. One that failed as its waiver says counts nowhere.
func countOutcomes(outcomes []spatest.Outcome, front *record.ServedFront) {
	for _, o := range outcomes {
		switch {
		case o.Verdict == spatest.Passed:
			front.Passed++
		case o.Verdict == spatest.Skipped:
			front.Skipped++
		case o.Waived == "":
			if front.Failed++; front.FirstFailed == "" {
				front.FirstFailed = o.Check
			}
		}
	}
}

// countBuild counts the files that the build consists of, and weighs its scripts.
func countBuild(build fs.FS, front *record.ServedFront) error {
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
			front.Files++
			front.Scripts++
			front.ScriptBytes += info.Size()
		case strings.HasSuffix(at, ".js.gz"):
			front.ScriptGzip += info.Size()
		case path.Ext(at) != ".gz" && path.Ext(at) != ".br":
			front.Files++
		}
		return nil
	})
}

// judgeFronts asks of each build that no check fails.
func judgeFronts(seen record.FrontsObserved) record.Verdict {
	var conform []bool
	for _, f := range seen.Fronts {
		conform = append(conform, f.Failed == 0)
	}
	return claim.VerdictOf(conform...)
}
