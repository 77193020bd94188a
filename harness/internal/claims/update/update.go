package update

import (
	"context"
	"fmt"
	"slices"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// Updates is the claim about a new build without a new image.
func Updates() claim.Claim {
	return claim.Claim{
		ID:    "updates-without-rebuild",
		Words: "Files on disk can be updated without rebuilding the image or the binary.",
		Test: "Replace build A by build B while two visitors load the page and its assets without a pause: the files " +
			"in the running container, in several ways; where that is not enough, with a restart; and, for each " +
			"variant, by a new container of the other build's image on the same port",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			o, err := observe(ctx, b)
			if err != nil {
				return record.Judgement{}, err
			}
			return judge(o), nil
		},
	}
}

// judge judges whether each server with files on disk served the new ones while it ran.
func judge(o record.UpdateObserved) record.Judgement {
	j := record.Judgement{Observed: record.Observed{Update: &o}}
	var parts []bool
	for _, name := range o.OnDisk() {
		parts = append(parts, o.Settles(record.FilesUpdate, name))
	}
	if len(parts) == 0 {
		j.Verdict, j.Reason = record.NotTested, "there is nothing to test: no variant serves files from a folder"
		return j
	}
	j.Verdict = claim.VerdictOf(parts...)
	return j
}

// observe updates every shape of server.
func observe(ctx context.Context, b *claim.Bench) (o record.UpdateObserved, err error) {
	if err := b.MakeApps(ctx); err != nil {
		return o, err
	}
	for _, v := range b.Shapes() {
		updates, err := updateInAllWays(ctx, b, v)
		if err != nil {
			return o, fmt.Errorf("update %s: %w", v.Name, err)
		}
		o.Updates = append(o.Updates, updates...)
	}
	return o, nil
}

// updateInAllWays tries all ways on a variant, each from fresh containers.
func updateInAllWays(ctx context.Context, b *claim.Bench, v variants.Variant) ([]record.Update, error) {
	refs, err := b.Refs(ctx, v)
	if err != nil {
		return nil, err
	}
	next, err := rig.BuildEdition(ctx, b.Lab, v, refs, lab.Next)
	if err != nil {
		return nil, err
	}
	t := target{bench: b, variant: v, refs: refs}
	var all []record.Update
	if _, onDisk := v.Files(); onDisk {
		for i, way := range fileWays {
			if i >= careful && !slices.ContainsFunc(all, updatedRunning) {
				break // it reads the folder only when it starts, so how the files get there makes no difference
			}
			updates, err := t.updateFiles(ctx, way)
			if err != nil {
				return all, fmt.Errorf("%s: %w", way.name, err)
			}
			all = append(all, updates...)
		}
	}
	u, err := t.updateContainer(ctx, next)
	if err != nil {
		return all, fmt.Errorf("a new container: %w", err)
	}
	return append(all, u), nil
}

func updatedRunning(u record.Update) bool { return u.Kind == record.FilesUpdate && u.Settled }
